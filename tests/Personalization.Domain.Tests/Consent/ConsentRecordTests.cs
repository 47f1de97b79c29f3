using CsCheck;
using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;

namespace Personalization.Domain.Tests.Consent;

public sealed class ConsentRecordTests
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ConsentPolicy Policy = new();

    private static readonly Gen<ConsentRecord> Records = Gen.Select(Gen.Int[0, 8], Gen.Bool, Gen.Int[0, 9]).Array[0, 12].Select(static said =>
        said.Aggregate(ConsentRecord.Silent, static (r, s) => Say(r, s.Item1, s.Item2) with { At = Noon.AddMinutes(s.Item3), PolicyVersion = $"v{s.Item3}" }));

    [Fact]
    public void Readable_NobodySaidAnything_IsEverythingButBiometrics()
    {
        Assert.Equal(ModalitySet.All & ~ModalitySet.Biometric, ConsentRecord.Silent.Readable(Policy));
        Assert.False(ConsentRecord.Silent.Allows(Modality.Face, ConsentPurpose.Personalization, Policy));
        Assert.True(ConsentRecord.Silent.Allows(ConsentPurpose.ModelTraining, Policy));
        Assert.False(ConsentRecord.Silent.Allows(ConsentPurpose.ModelTraining, new ConsentPolicy { ModelTraining = false }));
    }

    [Fact]
    public void Grants_AnyPolicy_NeverGrantsBiometricsBySilence() =>
        Gen.Select(Gen.Bool, Gen.Bool, Gen.Bool).Sample(static (behaviour, text, survey) =>
        {
            var policy = new ConsentPolicy { Behaviour = behaviour, Text = text, Survey = survey };
            Assert.Equal(ModalitySet.None, ConsentRecord.Silent.Readable(policy) & ModalitySet.Biometric);
        });

    [Fact]
    public void With_EitherWay_BeatsThePolicyAndTheWordBefore()
    {
        var record = ConsentRecord.Silent.With(Modality.Voice, true).With(Modality.Text, false);

        Assert.True(record.Allows(Modality.Voice, Policy));
        Assert.False(record.Allows(Modality.Text, Policy));
        Assert.Null(record.Said(Modality.Survey));
        Assert.False(record.With(Modality.Voice, false).Allows(Modality.Voice, Policy));
        Assert.True(record.With(Modality.Text, true).Allows(Modality.Text, Policy));
    }

    [Fact]
    public void Allows_PurposeDenied_NoModalityMayBeReadForIt()
    {
        var record = ConsentRecord.Silent.With(ConsentPurpose.Personalization, false);

        Assert.Equal(ModalitySet.None, record.Readable(Policy));
        Assert.False(record.Allows(Modality.Behaviour, ConsentPurpose.Personalization, Policy));
        Assert.True(record.Allows(Modality.Behaviour, ConsentPurpose.Analytics, Policy));
    }

    [Fact]
    public void Combine_AnyRecords_IsAssociativeCommutativeAndIdempotent() =>
        Gen.Select(Records, Records, Records).Sample(static (a, b, c) =>
        {
            Assert.Equal(a.Combine(b), b.Combine(a));
            Assert.Equal(a.Combine(b).Combine(c), a.Combine(b.Combine(c)));
            Assert.Equal(a, a.Combine(a));
            Assert.Equal(a, a.Combine(ConsentRecord.Silent));
        });

    [Fact]
    public void Combine_AnyRecords_DenialStandsAndOneVoiceCarries() =>
        Gen.Select(Records, Records).Sample(static (a, b) =>
        {
            var both = a.Combine(b);
            Assert.All(Enum.GetValues<Modality>(), m => Assert.Equal(Stricter(a.Said(m), b.Said(m)), both.Said(m)));
            Assert.All(Enum.GetValues<ConsentPurpose>(), p => Assert.Equal(Stricter(a.Said(p), b.Said(p)), both.Said(p)));
        });

    [Fact]
    public void Decode_AnyRecord_ReadsBackAndRefusesWhatIsCutShortOrLater() =>
        Gen.Select(Records, Gen.Double[0, 0.999]).Sample(static (record, part) =>
        {
            var bytes = record.Encode();
            Assert.Equal(record, ConsentRecord.Decode(bytes));
            Assert.Throws<FormatException>(() => ConsentRecord.Decode(bytes.AsSpan(0, (int)(part * bytes.Length))));
            Assert.Throws<FormatException>(() => ConsentRecord.Decode([9, .. bytes[1..]]));
        });

    [Fact]
    public void Of_EveryKindOfPayload_HasAnAnswer()
    {
        Assert.All(Enum.GetValues<PayloadKind>(), static kind => _ = Modalities.Of(kind));
        Assert.Equal(Modality.Survey, Modalities.Of(PayloadKind.SurveyAnswer));
        Assert.Null(Modalities.Of(PayloadKind.UserDeleted));
        Assert.Throws<ArgumentOutOfRangeException>(static () => Modalities.Of((PayloadKind)99));
    }

    private static ConsentRecord Say(ConsentRecord record, int field, bool granted) =>
        field < 4 ? record.With((ConsentPurpose)(field + 1), granted) : record.With((Modality)(field - 4), granted);

    private static bool? Stricter(bool? a, bool? b) => a == false || b == false ? false : a ?? b;
}
