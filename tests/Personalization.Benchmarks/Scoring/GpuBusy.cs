using System.Diagnostics;
using System.Globalization;

namespace Personalization.Benchmarks.Scoring;

/// <summary>Watches by <c>nvidia-smi</c> how busy the first CUDA device is: the share of each half second in which a kernel ran.</summary>
internal sealed class GpuBusy : IAsyncDisposable
{
    private readonly List<double> _samples = [];
    private readonly Process _watch;
    private readonly Task _reading;

    private GpuBusy(Process watch)
    {
        _watch = watch;
        _reading = ReadAsync();
    }

    /// <summary>The mean so far, [0, 1]; null when nothing was sampled.</summary>
    public double? Share
    {
        get
        {
            lock (_samples)
            {
                return _samples.Count > 0 ? _samples.Average() / 100 : null;
            }
        }
    }

    /// <summary>Begins to watch; null where there is no <c>nvidia-smi</c>.</summary>
    public static GpuBusy? TryStart()
    {
        try
        {
            return Process.Start(new ProcessStartInfo("nvidia-smi", "-i 0 --query-gpu=utilization.gpu --format=csv,noheader,nounits -lms 500")
            {
                RedirectStandardOutput = true,
            }) is { } watch ? new GpuBusy(watch) : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Ends the watch.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_watch.HasExited)
        {
            _watch.Kill();
        }

        await _reading;
        _watch.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _watch.StandardOutput.ReadLineAsync() is { } line)
        {
            if (double.TryParse(line, NumberStyles.Float, CultureInfo.InvariantCulture, out var percent))
            {
                lock (_samples)
                {
                    _samples.Add(percent);
                }
            }
        }
    }
}
