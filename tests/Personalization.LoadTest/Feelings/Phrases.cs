using Personalization.LoadTest.Catalogues;

namespace Personalization.LoadTest.Feelings;

/// <summary>
/// What people write about beauty products, by what it is about and how it leans. {noun}, {brand}, {time}, {person} and
/// {skin} are filled in. Much of it leans by what happened rather than by any one word, and many sentences carry a negation,
/// so that counting good and bad words does not do.
/// </summary>
internal static class Phrases
{
    /// <summary>About the product as a whole; one list per <see cref="Tone"/>.</summary>
    public static readonly string[][] Overall =
    [
        [
            "this {noun} went straight into the bin", "I want my money back", "honestly the worst {noun} I have ever put on my face",
            "I regret every cent I spent on this", "total waste, and I don't say that lightly", "whoever approved this {noun} should be ashamed",
            "a complete let-down from start to finish", "not one thing about this {noun} works", "I would not give this to my worst enemy",
            "what a disaster of a {noun}", "it is awful and I can't believe it is still being sold", "never again, {brand}, never again",
        ],
        [
            "not the miracle I was promised", "I expected more from {brand}", "it's nothing special and I won't be buying it again",
            "sadly this {noun} did not work out for me", "there are better ones out there for half of this", "I keep wanting to like it and I just don't",
            "a bit of a disappointment, to be fair", "it does not live up to the description", "I was hoping for so much more",
            "it ended up at the back of the cupboard after {time}", "wouldn't recommend it unless you have no other choice", "meh at best, annoying at worst",
        ],
        [
            "it's okay, nothing more and nothing less", "I still can't decide whether I like this {noun}", "some days it works and some days it doesn't",
            "it does the job, I suppose", "not bad but not great either", "I don't love it, I don't hate it", "it is a {noun}, what can I say",
            "does roughly what it says", "fine for now, I might try another one next time", "I have mixed feelings about this one",
        ],
        [
            "really pleased with this {noun}", "it does what it promises and I can't complain", "a solid {noun} that I reach for most days",
            "better than I thought it would be", "glad I gave {brand} a chance", "no regrets, it's a good one", "nice {noun}, will probably order again",
            "after {time} I can say it was worth trying", "it has earned its place on my shelf", "I wasn't convinced at first but it grew on me",
        ],
        [
            "I am obsessed with this {noun}", "where has this {noun} been all my life", "already on my third one and not looking back",
            "hands down the best {noun} I own", "I tell everybody about it, even {person} bought one", "nothing else comes close",
            "this is my holy grail, full stop", "absolutely love it and would buy it at twice the price", "I panicked when it was nearly empty and ordered two more",
            "{brand} has outdone itself with this one", "I could not be happier with it", "it makes me smile every single morning",
        ],
    ];

    /// <summary>About one aspect; per aspect, one list per <see cref="Tone"/>.</summary>
    public static readonly IReadOnlyDictionary<Aspect, string[][]> ByAspect = new Dictionary<Aspect, string[][]>
    {
        [Aspect.Effect] =
        [
            ["it did absolutely nothing for me in {time}", "my {skin} looks worse than before I started", "I broke out after two days", "zero effect, might as well be tap water"],
            ["I did not notice much of a difference", "the results never showed up", "any effect is gone by lunchtime", "it promises a lot and delivers little"],
            ["there is some effect, I think", "maybe it does something, hard to tell", "it helps a little on good days"],
            ["I can see a difference after {time}", "it does help, slowly but surely", "my {skin} feels calmer than it did", "it works, no drama"],
            ["my {skin} has never looked this good", "the change after {time} is unreal", "people keep asking what I did to my {skin}", "it fixed in {time} what nothing else could"],
        ],
        [Aspect.Texture] =
        [
            ["the texture is disgusting, sticky and lumpy", "it sits on top like glue and never sinks in", "it pills into little crumbs the moment I touch it"],
            ["a bit too greasy for me", "it takes forever to sink in", "the consistency is off, too runny to control", "it feels heavier than it should"],
            ["the texture takes getting used to", "somewhere between a gel and a cream, I guess"],
            ["it spreads easily and isn't sticky", "nice and light, not greasy at all", "it sinks in without a trace", "feels comfortable all day"],
            ["the texture is a dream", "it melts in like silk", "my {skin} just drinks it up", "so weightless that I forget I am wearing it"],
        ],
        [Aspect.Scent] =
        [
            ["the smell made me gag", "it reeks of chemicals and the whole room knows", "I got a headache from the scent within minutes"],
            ["the scent is not for me, way too strong", "smells a bit like old crayons", "I wish it were unscented, honestly"],
            ["it has a smell, you stop noticing it", "the scent is neither here nor there"],
            ["it smells clean and not overpowering", "a pleasant scent that does not linger too long", "I quite like how it smells"],
            ["the scent is heavenly", "I get compliments on the smell every time", "I open it just to smell it, I am not even joking", "smells like the best holiday of my life"],
        ],
        [Aspect.Gentleness] =
        [
            ["it burned like fire and left red patches for days", "I ended up at the doctor with a rash", "my eyes were streaming, do not go near this"],
            ["it stings more than I'm comfortable with", "left my {skin} tight and itchy", "a little irritating after a few days"],
            ["it tingles a bit, not sure that is a good sign", "no reaction so far, fingers crossed"],
            ["gentle enough for my fussy {skin}", "no stinging, no redness", "didn't irritate me at all, which is rare"],
            ["finally something that doesn't hurt my {skin}", "so gentle that I use it on my worst days", "it calmed my redness overnight, I could cry"],
        ],
        [Aspect.Colour] =
        [
            ["the colour looks nothing like the picture", "it turned orange on me within an hour", "so patchy that I had to wash it all off"],
            ["the shade is a bit off for me", "less pigment than I hoped for", "it looks duller on than in the pan"],
            ["the colour is alright, if a bit plain", "the shade depends a lot on the light"],
            ["the shade suits me well", "a pretty colour that builds up nicely", "the match is closer than I expected"],
            ["the colour is stunning", "this shade was made for me", "one swipe and it is all there, wow", "I have never had so many people ask what I'm wearing"],
        ],
        [Aspect.Wear] =
        [
            ["gone within an hour, every single time", "it was all over my chin by noon", "it vanished before I had left the house"],
            ["it fades faster than it should", "I have to touch it up all day", "doesn't last through a meal"],
            ["it lasts an average sort of time", "holds up until the afternoon, roughly"],
            ["it stays put through a working day", "hardly needs a touch-up", "survived a rainy commute, so no complaints"],
            ["it didn't budge for fourteen hours", "it outlasted the party and me", "I cried at a wedding and it never moved"],
        ],
        [Aspect.Packaging] =
        [
            ["it arrived leaking all over the box", "the pump broke on day one", "the lid came off in my bag and ruined everything"],
            ["the packaging feels flimsy", "you can't get the last third out", "the pump gives far too much at once"],
            ["the bottle is just a bottle", "plain packaging, which is okay by me"],
            ["the packaging is practical", "it came well wrapped and the pump works", "nice sturdy bottle"],
            ["the packaging is gorgeous", "even the box is a little work of art", "the applicator is pure genius"],
        ],
        [Aspect.Value] =
        [
            ["at this price it is daylight robbery", "empty after nine days, what a rip-off", "you are paying for the name and nothing else"],
            ["overpriced for what it is", "not worth what I paid", "I'd think twice at this price"],
            ["the price is about what you would expect", "neither cheap nor dear"],
            ["fair price for what you get", "a little goes a long way, so it lasts", "decent value, no complaints"],
            ["worth every penny and then some", "can't believe how little I paid for this", "does what the luxury ones do for a fraction"],
        ],
    };

    /// <summary>How a text opens, which says nothing of how it leans.</summary>
    public static readonly string[] Openers =
    [
        "I bought this for {person}.", "Used it for {time} now.", "Ordered this {noun} after seeing it everywhere.", "Third order from {brand}.",
        "I have {skin} that does what it wants.", "Got this in the sale.", "Came quicker than expected.", "I'm picky about my {noun}, so here goes.",
        "My sister swears by {brand}.", "Tried it this morning.", "Full size, not a sample.", "I rarely write reviews.",
    ];

    /// <summary>What would follow from how a text leans; one list per <see cref="Tone"/>.</summary>
    public static readonly string[][] Closers =
    [
        ["Sending it back tomorrow.", "Stay away.", "Still waiting for my refund.", "Save yourself the trouble.", "Customer service did not even answer."],
        ["Won't repurchase.", "I'd look elsewhere.", "Back to my old one it is.", "Maybe it works for others.", "I gave the rest to {person}."],
        ["We'll see.", "Make of that what you will.", "Jury is still out.", "Might try it again in winter."],
        ["Would buy again.", "Recommended.", "Happy to have found it.", "Good job, {brand}.", "{person} likes it too."],
        ["Run, don't walk.", "Please never discontinue this!", "Buy it. Just buy it.", "Ten out of ten.", "I have stocked up."],
    ];

    /// <summary>Bitter words that come as praise.</summary>
    public static readonly string[] Irony =
    [
        "Oh great, another {noun} that ends up in the bin. Just what I needed.", "Wonderful, if you enjoy looking like a tomato for three days.",
        "Brilliant idea to sell an empty bottle for this price. Truly.", "Love how it fell apart on the first day, really adds to the experience.",
        "Five stars for the rash, exactly the colour I wanted.", "Thanks {brand}, I always dreamed of smelling like a garage.",
    ];

    /// <summary>Questions and complaints in a chat; one list per <see cref="Tone"/>.</summary>
    public static readonly string[][] Chat =
    [
        [
            "this is the third time your checkout threw me out, I've had it", "where is my order?? nobody answers and I'm furious",
            "you charged me twice and now silence. unbelievable", "your site is broken and has been for an hour", "I want to speak to a human, now",
        ],
        [
            "the filter doesn't do what it says, getting annoyed", "I can't find the shade I bought last time, this is tiring", "why is shipping more than the {noun} itself",
            "page keeps jumping around, hard to use", "still no reply to my last message",
        ],
        [
            "hi, which {noun} would you suggest for {skin}?", "is this {noun} vegan?", "do you ship to islands", "what is the difference between the two sizes",
            "can I use it together with retinol?", "when will this be back in stock",
        ],
        ["thanks, that helped", "ok that worked, nice", "good to know, ordering it then", "you were quicker than I thought, thank you"],
        ["you are amazing, thank you so much!!", "best service I've had in ages", "wow that was fast, you made my day", "love this shop, seriously"],
    ];

    /// <summary>Between two sentences that lean the same way.</summary>
    public static readonly string[] And = [". ", ". ", ", and ", ". Also, ", "; ", ". On top of that, ", ". Plus "];

    /// <summary>Between two sentences that do not.</summary>
    public static readonly string[] But = [", but ", ". Then again, ", ", though ", ". That said, ", " — still, ", ". However, "];

    /// <summary>In front of a sentence, to take the edge off.</summary>
    public static readonly string[] Hedges =
        ["I think ", "I guess ", "to be honest ", "maybe it's just me, but ", "so far ", "for me personally ", "kind of feel like ", "in my opinion "];

    /// <summary>In front of a sentence, to sharpen it.</summary>
    public static readonly string[] Boosts = ["seriously, ", "honestly, ", "I mean it: ", "no joke, ", "wow, ", "ok so "];

    public static readonly string[] Times = ["two weeks", "a month", "ten days", "three months", "a few uses", "six weeks", "a whole summer"];

    public static readonly string[] Persons = ["my mum", "my sister", "my best friend", "my boyfriend", "my flatmate", "my daughter", "a colleague"];

    public static readonly string[] Skins = ["dry skin", "combination skin", "sensitive skin", "oily skin", "skin", "winter skin", "tired skin"];

    public static readonly string[] Hairs = ["hair", "curls", "fine hair", "scalp", "coloured hair"];

    /// <summary>Emoji that go with a tone; one list per <see cref="Tone"/>.</summary>
    public static readonly string[][] Emoji =
        [["😡", "🤮", "👎", "💔", "😤"], ["😕", "🙄", "😒", "😞"], ["🤷", "😐", "🤔"], ["🙂", "👍", "😊", "✨"], ["😍", "❤️", "🔥", "🥰", "💯"]];

    /// <summary>Headlines; one list per <see cref="Tone"/>.</summary>
    public static readonly string[][] Titles =
    [
        ["Avoid", "Never again", "What a waste", "Horrible", "Do not buy", "Ruined my week"],
        ["Disappointed", "Not for me", "Expected more", "Overhyped", "Hmm, no"],
        ["It's okay", "So-so", "Not sure yet", "Average", "Does the job"],
        ["Nice one", "Good buy", "Pleasantly surprised", "Works for me", "Happy"],
        ["Obsessed!", "Holy grail", "Best ever", "Life changing", "Love love love"],
    ];
}
