using Google.Protobuf.Collections;
using Personalization.Api.Ingestion;
using Personalization.Api.Validation;
using Personalization.Domain.Consent;
using Personalization.Domain.Scoring;
using Personalization.Grains.Profiles;

namespace Personalization.Api.Consent;

/// <summary>Consents between the wire and the domain.</summary>
internal static class ConsentMapping
{
    /// <summary>The longest policy version and source.</summary>
    public const int MaxTextLength = 64;

    private const int MaxChanges = 16;

    /// <summary>Checks the changes of a request.</summary>
    public static void Check(RepeatedField<Wire.ConsentState> changes, FieldViolations violations)
    {
        if (!violations.Count("changes", changes.Count, 1, MaxChanges))
        {
            return;
        }

        var seen = new HashSet<(Wire.ConsentState.SubjectOneofCase, int)>();
        for (var i = 0; i < changes.Count; i++)
        {
            using var _ = violations.In("changes", i);
            CheckSubject(changes[i], violations);
            if (!seen.Add((changes[i].SubjectCase, NumberOf(changes[i]))))
            {
                violations.Add(string.Empty, "names what a change before it names; allowed: one change for each purpose and modality");
            }
        }
    }

    /// <summary>The record after checked changes.</summary>
    public static ConsentRecord Apply(Wire.SetConsentRequest request, ConsentRecord record, DateTimeOffset now)
    {
        foreach (var change in request.Changes)
        {
            record = change.SubjectCase == Wire.ConsentState.SubjectOneofCase.Purpose
                ? record.With(ToDomain(change.Purpose), change.Granted)
                : record.With(SentimentMapping.ToDomain(change.Modality), change.Granted);
        }

        return record with { PolicyVersion = request.PolicyVersion, Source = request.Source, At = now };
    }

    /// <summary>Adds every consent in force, said or by default.</summary>
    public static void Add(RepeatedField<Wire.ConsentState> target, ConsentRecord record, ConsentPolicy policy)
    {
        foreach (var purpose in Enum.GetValues<ConsentPurpose>())
        {
            target.Add(State(record.Said(purpose), policy.Grants(purpose), new Wire.ConsentState { Purpose = ToWire(purpose) }));
        }

        foreach (var modality in Enum.GetValues<Modality>())
        {
            target.Add(State(record.Said(modality), policy.Grants(modality), new Wire.ConsentState { Modality = SentimentMapping.ToWire(modality) }));
        }
    }

    /// <summary>The wire's form of a consent that a grain tells of.</summary>
    public static Wire.ConsentState ToWire(ConsentView view)
    {
        var state = new Wire.ConsentState { Granted = view.Granted, Explicit = view.Explicit };
        if (view.IsModality)
        {
            state.Modality = SentimentMapping.ToWire((Modality)view.Subject);
        }
        else
        {
            state.Purpose = ToWire((ConsentPurpose)view.Subject);
        }

        return state;
    }

    private static void CheckSubject(Wire.ConsentState change, FieldViolations violations)
    {
        switch (change.SubjectCase)
        {
            case Wire.ConsentState.SubjectOneofCase.Purpose:
                violations.Stated("purpose", change.Purpose, (int)Wire.ConsentPurpose.Marketing);
                break;
            case Wire.ConsentState.SubjectOneofCase.Modality:
                violations.Stated("modality", change.Modality, (int)Wire.Modality.Survey);
                break;
            default:
                violations.Add("subject", "is not set; allowed: purpose or modality");
                break;
        }
    }

    private static int NumberOf(Wire.ConsentState change) =>
        change.SubjectCase == Wire.ConsentState.SubjectOneofCase.Purpose ? (int)change.Purpose : (int)change.Modality;

    private static Wire.ConsentState State(bool? said, bool isDefault, Wire.ConsentState state)
    {
        state.Explicit = said is not null;
        state.Granted = said ?? isDefault;
        return state;
    }

    private static Wire.ConsentPurpose ToWire(ConsentPurpose purpose) => purpose switch
    {
        ConsentPurpose.Personalization => Wire.ConsentPurpose.Personalization,
        ConsentPurpose.Analytics => Wire.ConsentPurpose.Analytics,
        ConsentPurpose.ModelTraining => Wire.ConsentPurpose.ModelTraining,
        ConsentPurpose.Marketing => Wire.ConsentPurpose.Marketing,
        _ => throw new ArgumentOutOfRangeException(nameof(purpose), purpose, "Not a purpose that the contract has."),
    };

    private static ConsentPurpose ToDomain(Wire.ConsentPurpose purpose) => purpose switch
    {
        Wire.ConsentPurpose.Personalization => ConsentPurpose.Personalization,
        Wire.ConsentPurpose.Analytics => ConsentPurpose.Analytics,
        Wire.ConsentPurpose.ModelTraining => ConsentPurpose.ModelTraining,
        Wire.ConsentPurpose.Marketing => ConsentPurpose.Marketing,
        _ => throw new ArgumentOutOfRangeException(nameof(purpose), purpose, "Not a purpose that the contract defines."),
    };
}
