using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Personalization.Domain.Ingestion;
using Personalization.Grains.Scoring;
using StableHash = Personalization.Domain.Ingestion.StableHash;

namespace Personalization.Api.Ingestion;

/// <summary>
/// Has the pictures of faces that came with events looked at, and puts what was seen on their frames. The pictures go no
/// further: not to the log, and to no grain that keeps anything.
/// </summary>
internal sealed partial class FaceCrops(IGrainFactory grains, IOptions<ApiOptions> options, TimeProvider time, ILogger<FaceCrops> logger)
{
    /// <summary>The warning of an event that brought a picture which was not looked at.</summary>
    public const string NotScored = "FACE_CROP_NOT_SCORED";

    private readonly TimeSpan _deadline = options.Value.FaceCropDeadline;

    /// <summary>Looks at all pictures of some events in one go, for as long as <see cref="ApiOptions.FaceCropDeadline"/> allows.</summary>
    /// <param name="events">Events with frames, as they were sent and as they are; consented to, and otherwise in order.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The events, with what was seen on the frames whose picture was looked at.</returns>
    public async ValueTask<ShopperEvent[]> LookAsync(
        IReadOnlyList<(Wire.ArFrames Sent, ShopperEvent Event)> events, CancellationToken cancellationToken)
    {
        var crops = new List<FaceCropCommand>();
        foreach (var (sent, happened) in events)
        {
            var owner = StableHash.Of(happened.User.Value);
            crops.AddRange(sent.Frames.Where(HasCrop).Select(frame => new FaceCropCommand(frame.FaceCrop.Memory, owner)));
        }

        var readings = await ReadAsync([.. crops], cancellationToken);
        var seen = new ShopperEvent[events.Count];
        var next = 0;
        for (var i = 0; i < seen.Length; i++)
        {
            seen[i] = Place(events[i].Sent, events[i].Event, readings, ref next);
        }

        return seen;
    }

    /// <summary>Whether a picture of an event was not looked at.</summary>
    public static bool IsAnyLeft(Wire.ArFrames sent, ArFramesPayload seen)
    {
        for (var i = 0; i < sent.Frames.Count; i++)
        {
            if (HasCrop(sent.Frames[i]) && seen.Frames[i].Face is null)
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasCrop(Wire.BlendshapeFrame frame) => frame.FaceCrop.Length > 0;

    private async ValueTask<FaceReadingMessage?[]> ReadAsync(FaceCropCommand[] crops, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(_deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await grains.GetGrain<IScoringGrain>(0).ReadFaces(crops, time.GetUtcNow() + _deadline, either.Token).WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            LogLate(crops.Length, _deadline.TotalMilliseconds);
        }
        catch (Exception e) when (e is Orleans.Runtime.OrleansException or TimeoutException)
        {
            LogUnreachable(e);
        }

        return new FaceReadingMessage?[crops.Length];
    }

    private static ShopperEvent Place(Wire.ArFrames sent, ShopperEvent happened, FaceReadingMessage?[] readings, ref int next)
    {
        var frames = ((ArFramesPayload)happened.Payload).Frames.ToBuilder();
        for (var i = 0; i < frames.Count; i++)
        {
            if (HasCrop(sent.Frames[i]))
            {
                frames[i] = frames[i] with { Face = readings[next++]?.ToReading() };
            }
        }

        return happened with { Payload = new ArFramesPayload(frames.MoveToImmutable()) };
    }

    [LoggerMessage(LogLevel.Warning, "{Count} pictures of faces were not looked at within {Milliseconds} ms; their events go on without.")]
    private partial void LogLate(int count, double milliseconds);

    [LoggerMessage(LogLevel.Warning, "No scoring silo answered; events go on without their pictures of faces having been looked at.")]
    private partial void LogUnreachable(Exception exception);
}
