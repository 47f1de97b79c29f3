using System.Collections.Immutable;
using Personalization.Domain.Experiments;
using Personalization.Domain.Ingestion;

namespace Personalization.Domain.Interventions;

/// <summary>
/// Decides whether to step in, and how. Rules say what may be done at all; of that, each action is weighed by what it is
/// expected to bring over doing nothing, and drawn with a probability that falls the further it is behind the best.
/// </summary>
/// <remarks>
/// <para>
/// With p_a the probability of a purchase after action a, M the cart's margin, d_a what the action takes off it when the
/// shopper buys, and c_a what it costs in any case: EV(a) = p_a (M − d_a) − c_a − p_0 M, where 0 is doing nothing.
/// Its variance is (M − d_a)² Var(p_a) + M² Var(p_0), the two being estimated from different shoppers.
/// </para>
/// <para>
/// The rates p are the context's, moved on the scale of log-odds by how far this shopper's intent is from doing nothing there:
/// logit p_a + w (logit q − logit p_0), q the intent and w its weight (<see cref="ExpectedConversion"/>). So where a purchase is
/// coming anyway a discount is margin given away: as q goes to 1, EV goes to −d_a − c_a, and from even odds on it never grows.
/// </para>
/// <para>
/// Probabilities: w_a ∝ exp(−Δ_a² / (2 β² (s_a² + s_b²))), Δ_a the distance from the best action b (the closed form of
/// Balagopalan and Jun's LinMED, AISTATS 2025, over independent estimates), mixed with an even floor. So what is surely worse
/// is hardly drawn, and what is unknown is.
/// </para>
/// </remarks>
public sealed class InterventionPolicy
{
    // A shopper in trouble: what a person should look at when the engine will not act.
    private const double TroubleHesitation = 0.6;
    private const double TroubleValence = -0.2;
    private const double TroubleFrustration = 0.6;

    private readonly Experiment _holdout;

    /// <summary>A policy.</summary>
    /// <exception cref="ArgumentException">The options break a rule; the message names each field and its allowed range.</exception>
    public InterventionPolicy(InterventionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Validation.RangeCheck.ThrowIfAny(options.Validate(), nameof(options));
        Options = options;
        _holdout = new Experiment
        {
            Name = "intervention-holdout",
            Version = 1,
            Arms = [new ExperimentArm("act", 1 - options.HoldoutShare), new ExperimentArm(HoldoutArm, options.HoldoutShare)],
        };
    }

    /// <summary>The arm of those who are left alone.</summary>
    public const string HoldoutArm = "holdout";

    /// <summary>What it was made of.</summary>
    public InterventionOptions Options { get; }

    /// <summary>The holdout arm or the other, as answers name it.</summary>
    public string ExperimentOf(UserKey user) => _holdout.Label(_holdout.ArmOf(user));

    /// <summary>Decides.</summary>
    /// <param name="request">The situation.</param>
    /// <param name="history">What this shopper has had.</param>
    /// <param name="model">What is known about what helps.</param>
    public InterventionDecision Decide(in InterventionRequest request, InterventionHistory history, InterventionModel model)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(model);
        if (request.Confidence < Options.MinConfidence)
        {
            var trouble = request.Hesitation >= TroubleHesitation || request.Valence <= TroubleValence || request.Frustration >= TroubleFrustration;
            return LeaveAlone(in request, model, InterventionReason.LowConfidence, trouble);
        }

        if (_holdout.ArmOf(request.User).Name == HoldoutArm)
        {
            return LeaveAlone(in request, model, InterventionReason.Holdout, needsReview: false);
        }

        var percent = DiscountPercent(in request);
        Span<double> values = stackalloc double[InterventionActions.Count];
        Span<double> variances = stackalloc double[InterventionActions.Count];
        Span<double> conversions = stackalloc double[InterventionActions.Count];
        Span<double> probabilities = stackalloc double[InterventionActions.Count];
        Span<InterventionReason> obstacles = stackalloc InterventionReason[InterventionActions.Count];
        for (var i = 0; i < InterventionActions.Count; i++)
        {
            var action = InterventionActions.All[i];
            obstacles[i] = Obstacle(action, in request, history, model, percent);
            (values[i], variances[i], conversions[i]) = Weigh(action, in request, model, percent);
        }

        var best = Best(values, obstacles);
        FillProbabilities(values, variances, obstacles, best, probabilities);
        var chosen = Draw(probabilities, request.Seed);
        return new InterventionDecision
        {
            Action = InterventionActions.All[chosen],
            DiscountPercent = InterventionActions.All[chosen] == InterventionAction.Discount ? percent : 0,
            ExpectedValue = values[chosen],
            Propensity = probabilities[chosen],
            Reason = ReasonFor(chosen, best, obstacles),
            NeedsHumanReview = false,
            Context = request.Context,
            Assessments = Assess(values, variances, conversions, probabilities, obstacles),
        };
    }

    /// <summary>What an action costs when the shopper buys, and in any case.</summary>
    internal (double OnPurchase, double Always) CostOf(InterventionAction action, double cartValue, double discountPercent) => action switch
    {
        InterventionAction.Help => (0, Options.HelpCost),
        InterventionAction.Survey => (0, Options.SurveyCost),
        InterventionAction.Perk => (Options.PerkCost, 0),
        InterventionAction.Discount => (cartValue * discountPercent / 100, 0),
        InterventionAction.Human => (0, Options.HumanCost),
        _ => (0, 0),
    };

    private InterventionDecision LeaveAlone(in InterventionRequest request, InterventionModel model, InterventionReason reason, bool needsReview)
    {
        var assessments = ImmutableArray.CreateBuilder<ActionAssessment>(InterventionActions.Count);
        foreach (var action in InterventionActions.All)
        {
            var nothing = action == InterventionAction.Nothing;
            var (value, variance, conversion) = Weigh(action, in request, model, DiscountPercent(in request));
            assessments.Add(new ActionAssessment(action, nothing, reason, conversion, value, Math.Sqrt(variance), nothing ? 1 : 0));
        }

        return new InterventionDecision
        {
            Action = InterventionAction.Nothing,
            DiscountPercent = 0,
            ExpectedValue = 0,
            Propensity = 1,
            Reason = reason,
            NeedsHumanReview = needsReview,
            Context = request.Context,
            Assessments = assessments.MoveToImmutable(),
        };
    }

    // ExpectedValue stands for "no obstacle": an action that may be drawn is there for what it is worth.
    private InterventionReason Obstacle(
        InterventionAction action, in InterventionRequest request, InterventionHistory history, InterventionModel model, double percent)
    {
        if (action == InterventionAction.Nothing)
        {
            return InterventionReason.ExpectedValue;
        }

        if ((request.AllowedActions & (1 << action.Index())) == 0 || !FitsTouchpoint(action, request.Touchpoint))
        {
            return InterventionReason.NotEligible;
        }

        if (!request.MayBeOffered && action is not InterventionAction.Help and not InterventionAction.Human)
        {
            return InterventionReason.NoConsent;
        }

        if (history.CountSince(request.Now - TimeSpan.FromDays(1)) >= Options.DailyCap)
        {
            return InterventionReason.CapReached;
        }

        if (history.LastAt(action) is { } last && request.Now - last < Options.Cooldown)
        {
            return InterventionReason.Cooldown;
        }

        return MoneyObstacle(action, in request, model, percent);
    }

    private InterventionReason MoneyObstacle(InterventionAction action, in InterventionRequest request, InterventionModel model, double percent)
    {
        if (action is not InterventionAction.Perk and not InterventionAction.Discount)
        {
            return InterventionReason.ExpectedValue;
        }

        var cost = CostOf(action, request.CartValue, percent).OnPurchase;
        if (cost <= 0 || request.CartMargin - cost < Options.MarginFloor * request.CartValue)
        {
            return InterventionReason.MarginGuard;
        }

        // The budget opens evenly over the day, with a tenth of it free from the start, so that the morning cannot spend it.
        var passed = request.Now.UtcDateTime.TimeOfDay / TimeSpan.FromDays(1);
        var open = Options.DailyBudget * Math.Min(1, 0.1 + passed);
        return model.SpentOn(request.Now) + cost > open ? InterventionReason.BudgetExhausted : InterventionReason.ExpectedValue;
    }

    private static bool FitsTouchpoint(InterventionAction action, Touchpoint touchpoint) => action switch
    {
        InterventionAction.Perk or InterventionAction.Discount => touchpoint is Touchpoint.Cart or Touchpoint.Checkout,
        InterventionAction.Human => touchpoint is Touchpoint.Cart or Touchpoint.Checkout or Touchpoint.Support,
        InterventionAction.Survey => touchpoint is not Touchpoint.Checkout,
        _ => true,
    };

    private double DiscountPercent(in InterventionRequest request)
    {
        double largest = 0;
        foreach (var percent in Options.DiscountPercents)
        {
            var left = request.CartMargin - (request.CartValue * percent / 100);
            largest = percent > largest && left >= Options.MarginFloor * request.CartValue ? percent : largest;
        }

        return largest;
    }

    private (double Value, double Variance, double Conversion) Weigh(
        InterventionAction action, in InterventionRequest request, InterventionModel model, double percent)
    {
        var (p0, v0) = model.Conversion(InterventionAction.Nothing, request.Context, Options);
        var own = ExpectedConversion.Of(request.Intent, p0, Options.IntentWeight);
        (p0, v0) = own.For(p0, v0);
        if (action == InterventionAction.Nothing)
        {
            return (0, 0, p0);
        }

        var (p, v) = model.Conversion(action, request.Context, Options);
        (p, v) = own.For(p, v);
        var (onPurchase, always) = CostOf(action, request.CartValue, percent);
        var margin = request.CartMargin;
        var left = margin - onPurchase;
        return ((p * left) - always - (p0 * margin), (left * left * v) + (margin * margin * v0), p);
    }

    private static int Best(ReadOnlySpan<double> values, ReadOnlySpan<InterventionReason> obstacles)
    {
        var best = InterventionAction.Nothing.Index();
        for (var i = 0; i < values.Length; i++)
        {
            best = obstacles[i] == InterventionReason.ExpectedValue && values[i] > values[best] ? i : best;
        }

        return best;
    }

    private void FillProbabilities(
        ReadOnlySpan<double> values, ReadOnlySpan<double> variances, ReadOnlySpan<InterventionReason> obstacles, int best, Span<double> probabilities)
    {
        var eligible = 0;
        double sum = 0;
        for (var i = 0; i < values.Length; i++)
        {
            var open = obstacles[i] == InterventionReason.ExpectedValue;
            eligible += open ? 1 : 0;
            probabilities[i] = !open ? 0 : i == best ? 1 : Weight(values[best] - values[i], variances[i] + variances[best]);
            sum += probabilities[i];
        }

        for (var i = 0; i < values.Length; i++)
        {
            var even = obstacles[i] == InterventionReason.ExpectedValue ? 1.0 / eligible : 0;
            probabilities[i] = ((1 - Options.Floor) * probabilities[i] / sum) + (Options.Floor * even);
        }
    }

    private double Weight(double distance, double variance) =>
        variance > 0 ? Math.Exp(-distance * distance / (2 * Options.Exploration * Options.Exploration * variance)) : 0;

    private static int Draw(ReadOnlySpan<double> probabilities, ulong seed)
    {
        var point = StableHash.ToUnit(seed);
        var last = 0;
        for (var i = 0; i < probabilities.Length; i++)
        {
            if (probabilities[i] <= 0)
            {
                continue;
            }

            last = i;
            point -= probabilities[i];
            if (point < 0)
            {
                return i;
            }
        }

        return last;
    }

    // Doing nothing for want of anything else to do is told by what stood in the way.
    private static InterventionReason ReasonFor(int chosen, int best, ReadOnlySpan<InterventionReason> obstacles)
    {
        if (chosen != best)
        {
            return InterventionReason.Exploration;
        }

        if (chosen != InterventionAction.Nothing.Index())
        {
            return InterventionReason.ExpectedValue;
        }

        var obstacle = InterventionReason.ExpectedValue;
        foreach (var each in obstacles[1..])
        {
            if (each == InterventionReason.ExpectedValue)
            {
                return InterventionReason.ExpectedValue;
            }

            obstacle = obstacle is InterventionReason.ExpectedValue or InterventionReason.NotEligible ? each : obstacle;
        }

        return obstacle;
    }

    private static ImmutableArray<ActionAssessment> Assess(
        ReadOnlySpan<double> values, ReadOnlySpan<double> variances, ReadOnlySpan<double> conversions,
        ReadOnlySpan<double> probabilities, ReadOnlySpan<InterventionReason> obstacles)
    {
        var assessments = ImmutableArray.CreateBuilder<ActionAssessment>(InterventionActions.Count);
        for (var i = 0; i < InterventionActions.Count; i++)
        {
            assessments.Add(new ActionAssessment(
                InterventionActions.All[i], obstacles[i] == InterventionReason.ExpectedValue, obstacles[i],
                conversions[i], values[i], Math.Sqrt(variances[i]), probabilities[i]));
        }

        return assessments.MoveToImmutable();
    }
}
