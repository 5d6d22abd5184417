package io.earwitness.archive.media;

import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.ShortPointer;
import org.bytedeco.javacpp.SizeTPointer;
import org.jspecify.annotations.Nullable;

/**
 * Encodes 8 kHz, 16-bit audio to native FLAC, in memory only: frames by FFmpeg's encoder, the file
 * around them by {@link FlacHeader}. Not thread-safe; native memory is freed by {@link #close()}.
 *
 * <pre>{@code
 * try (FlacEncoder encoder = new FlacEncoder(2)) {
 *   encoder.accept(channels, 0, 8000);
 *   FlacFile file = encoder.finish();
 * }
 * }</pre>
 */
public final class FlacEncoder implements SampleSink, AutoCloseable {
  /** Half a second; the largest size of the streamable subset (RFC 9639 §7). */
  static final int FRAME_SAMPLES = 4096;

  private static final int COMPRESSION_LEVEL = 5;

  private final int channels;
  private final AVCodecContext context;
  private final AVFrame frame;
  private final AVPacket packet;
  private final short[] interleaved;
  private final byte[] streamInfo = new byte[FlacHeader.STREAM_INFO_LENGTH];
  private final FlacHeader header = new FlacHeader();
  private final Pieces frames = new Pieces();
  private byte[] encoded = new byte[1 << 14];
  private int filled;
  private long samplesIn;
  private long samplesOut;
  private boolean closed;

  /**
   * @param channels 1 to 8
   */
  public FlacEncoder(int channels) {
    if (channels < 1 || channels > AudioTimeline.MAX_CHANNELS) {
      throw new IllegalArgumentException(channels + " channels; FLAC has 1 to 8");
    }
    FfmpegLibraries.load();
    this.channels = channels;
    interleaved = new short[FRAME_SAMPLES * channels];
    AVCodec codec = avcodec.avcodec_find_encoder(avcodec.AV_CODEC_ID_FLAC);
    context = avcodec.avcodec_alloc_context3(codec);
    frame = avutil.av_frame_alloc();
    packet = avcodec.av_packet_alloc();
    try {
      context.sample_rate(AudioTimeline.SAMPLE_RATE);
      context.sample_fmt(avutil.AV_SAMPLE_FMT_S16);
      context.compression_level(COMPRESSION_LEVEL);
      context.frame_size(FRAME_SAMPLES);
      context.thread_count(1);
      avutil.av_channel_layout_default(context.ch_layout(), channels);
      check(avcodec.avcodec_open2(context, codec, (AVDictionary) null), "open the FLAC encoder");
      frame.nb_samples(FRAME_SAMPLES);
      frame.format(avutil.AV_SAMPLE_FMT_S16);
      frame.sample_rate(AudioTimeline.SAMPLE_RATE);
      check(
          avutil.av_channel_layout_copy(frame.ch_layout(), context.ch_layout()),
          "set the channels");
      check(avutil.av_frame_get_buffer(frame, 0), "allocate a frame");
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  @Override
  public void accept(short[][] samples, int offset, int length) {
    for (int i = 0; i < length; i++) {
      int at = filled * channels;
      for (int channel = 0; channel < channels; channel++) {
        interleaved[at + channel] = samples[channel][offset + i];
      }
      filled++;
      if (filled == FRAME_SAMPLES) {
        encode();
      }
    }
  }

  /** Samples per channel taken so far. */
  public long samples() {
    return samplesIn + filled;
  }

  /** Ends the stream and returns the file; nothing can be added afterwards. */
  public FlacFile finish() {
    if (filled > 0) {
      encode();
    }
    send(null);
    if (streamInfo[2] == 0 && streamInfo[3] == 0) {
      throw new IllegalStateException("FFmpeg gave no STREAMINFO for the finished FLAC stream");
    }
    frames.prepend(header.bytes(streamInfo));
    return new FlacFile(frames, samplesIn);
  }

  private void encode() {
    check(avutil.av_frame_make_writable(frame), "write a frame");
    frame.nb_samples(filled);
    frame.pts(samplesIn);
    try (BytePointer data = frame.data(0);
        ShortPointer target = new ShortPointer(data)) {
      target.put(interleaved, 0, filled * channels);
    }
    samplesIn += filled;
    filled = 0;
    send(frame);
  }

  private void send(@Nullable AVFrame next) {
    check(avcodec.avcodec_send_frame(context, next), "encode");
    while (true) {
      int result = avcodec.avcodec_receive_packet(context, packet);
      if (result == avutil.AVERROR_EAGAIN() || result == avutil.AVERROR_EOF()) {
        return;
      }
      check(result, "take an encoded frame");
      takeStreamInfo();
      if (packet.size() > 0) {
        int samples = (int) Math.min(FRAME_SAMPLES, samplesIn - samplesOut);
        header.frame(samplesOut, frames.size(), samples);
        append();
        samplesOut += samples;
      }
      avcodec.av_packet_unref(packet);
    }
  }

  /** At the end FFmpeg gives the header anew: now with length, frame sizes and MD5. */
  private void takeStreamInfo() {
    try (SizeTPointer size = new SizeTPointer(1);
        BytePointer data =
            avcodec.av_packet_get_side_data(packet, avcodec.AV_PKT_DATA_NEW_EXTRADATA, size)) {
      if (data != null && size.get() == streamInfo.length) {
        data.get(streamInfo);
      }
    }
  }

  private void append() {
    int size = packet.size();
    if (size > encoded.length) {
      encoded = new byte[size];
    }
    try (BytePointer data = packet.data()) {
      data.get(encoded, 0, size);
    }
    frames.write(encoded, 0, size);
  }

  private static void check(int result, String what) {
    if (result < 0) {
      throw new IllegalStateException("FFmpeg can't %s: error %d".formatted(what, result));
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      avcodec.av_packet_free(packet);
      avutil.av_frame_free(frame);
      avcodec.avcodec_free_context(context);
    }
  }
}
