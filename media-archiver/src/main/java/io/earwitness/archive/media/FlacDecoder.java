package io.earwitness.archive.media;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParserContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.ShortPointer;

/**
 * Decodes a native FLAC file in memory back to 16-bit samples, to prove that nothing was lost. Only
 * for files that Earwitness made, and for short prompts of the tenants' administrators: FFmpeg runs
 * in this process.
 */
public final class FlacDecoder {
  private static final int METADATA_START = 4;
  private static final int CHUNK = 1 << 16;

  private FlacDecoder() {}

  /**
   * The samples of a file, one array for each channel.
   *
   * @throws IllegalArgumentException if the bytes are no FLAC file of 16-bit samples, or the frames
   *     hold another number of samples than the header says
   */
  public static short[][] decode(byte[] file) {
    return decode(file, Integer.MAX_VALUE);
  }

  private static short[][] decode(byte[] file, int most) {
    ByteArrayInputStream in = new ByteArrayInputStream(file);
    try {
      StreamInfo info = StreamInfo.read(in);
      boolean whole = info.samples() <= most;
      Output output =
          new Output(info.channels(), Math.toIntExact(Math.min(info.samples(), most)), whole);
      decode(in, info, output, output::isEnough);
      output.demandFull();
      return output.samples;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Gives the samples of a file as they are decoded; about a frame of them is held.
   *
   * @return how many samples of each channel there were
   * @throws IllegalArgumentException as {@link #decode(byte[])}
   * @throws IOException if the file can't be read
   */
  public static long decode(InputStream file, SampleSink sink) throws IOException {
    StreamInfo info = StreamInfo.read(file);
    long[] samples = new long[1];
    decode(
        file,
        info,
        (channels, offset, length) -> {
          samples[0] += length;
          sink.accept(channels, offset, length);
        },
        () -> false);
    if (samples[0] != info.samples()) {
      throw wrongLength(info.samples(), samples[0]);
    }
    return samples[0];
  }

  private static IllegalArgumentException wrongLength(long said, long held) {
    return new IllegalArgumentException(
        "the FLAC header says %d samples, the frames hold %d".formatted(said, held));
  }

  /**
   * The first samples of a file, one array for each channel. The file may end anywhere behind them.
   *
   * @param most so many samples of each channel, or all if there are no more
   * @throws IllegalArgumentException if the bytes are no FLAC file of 16-bit samples, or hold fewer
   *     samples
   */
  public static short[][] decodeBeginning(byte[] file, int most) {
    return decode(file, most);
  }

  /** What a file says of itself; its frames follow. */
  private record StreamInfo(byte[] bytes, int channels, long samples) {
    static StreamInfo read(InputStream in) throws IOException {
      byte[] start = in.readNBytes(METADATA_START + 4 + FlacHeader.STREAM_INFO_LENGTH);
      if (start.length < METADATA_START + 4 + FlacHeader.STREAM_INFO_LENGTH
          || !new String(start, 0, METADATA_START, StandardCharsets.US_ASCII).equals("fLaC")) {
        throw new IllegalArgumentException("no FLAC file: it does not begin with fLaC");
      }
      byte[] info = Arrays.copyOfRange(start, METADATA_START + 4, start.length);
      boolean last = (start[METADATA_START] & 0x80) != 0;
      try {
        in.skipNBytes(length(start, METADATA_START) - FlacHeader.STREAM_INFO_LENGTH);
        while (!last) {
          byte[] header = in.readNBytes(4);
          if (header.length < 4) {
            throw new EOFException();
          }
          last = (header[0] & 0x80) != 0;
          in.skipNBytes(length(header, 0));
        }
      } catch (EOFException _) {
        throw new IllegalArgumentException("the FLAC file ends within its header");
      }
      long samples = (info[13] & 0x0fL) << 32;
      for (int i = 14; i < 18; i++) {
        samples |= (info[i] & 0xffL) << (8 * (17 - i));
      }
      return new StreamInfo(info, ((info[12] >> 1) & 7) + 1, samples);
    }

    private static int length(byte[] header, int at) {
      return (header[at + 1] & 0xff) << 16 | (header[at + 2] & 0xff) << 8 | (header[at + 3] & 0xff);
    }
  }

  private static void decode(
      InputStream frames, StreamInfo info, SampleSink sink, BooleanSupplier enough)
      throws IOException {
    FfmpegLibraries.load();
    AVCodec codec = avcodec.avcodec_find_decoder(avcodec.AV_CODEC_ID_FLAC);
    AVCodecContext context = avcodec.avcodec_alloc_context3(codec);
    AVCodecParserContext parser = avcodec.av_parser_init(avcodec.AV_CODEC_ID_FLAC);
    AVPacket packet = avcodec.av_packet_alloc();
    AVFrame frame = avutil.av_frame_alloc();
    byte[] chunk = new byte[CHUNK];
    // FFmpeg's parsers read a little beyond the end
    int padding = avcodec.AV_INPUT_BUFFER_PADDING_SIZE;
    try (BytePointer input = new BytePointer(CHUNK + (long) padding);
        PointerPointer<BytePointer> out = new PointerPointer<>(1);
        IntPointer outSize = new IntPointer(1)) {
      BytePointer extra = new BytePointer(avutil.av_mallocz(info.bytes().length + (long) padding));
      extra.capacity(info.bytes().length).put(info.bytes());
      context.extradata(extra).extradata_size(info.bytes().length);
      check(avcodec.avcodec_open2(context, codec, (AVDictionary) null), "open the decoder");
      int size;
      do {
        size = frames.readNBytes(chunk, 0, CHUNK);
        BytePointer.memset(input, 0, CHUNK + (long) padding);
        input.put(chunk, 0, size);
        int at = 0;
        do {
          int used =
              avcodec.av_parser_parse2(
                  parser,
                  context,
                  out,
                  outSize,
                  input.getPointer(at),
                  size - at,
                  avutil.AV_NOPTS_VALUE,
                  avutil.AV_NOPTS_VALUE,
                  0);
          check(used, "find a frame");
          at += used;
          if (outSize.get() > 0) {
            packet.data(out.get(BytePointer.class, 0)).size(outSize.get());
            check(avcodec.avcodec_send_packet(context, packet), "decode");
            receive(context, frame, info.channels(), sink);
          }
        } while (!enough.getAsBoolean() && (at < size || (size == 0 && outSize.get() > 0)));
      } while (!enough.getAsBoolean() && size > 0);
      if (!enough.getAsBoolean()) {
        check(avcodec.avcodec_send_packet(context, null), "end");
        receive(context, frame, info.channels(), sink);
      }
    } finally {
      packet.data(null).size(0);
      avutil.av_frame_free(frame);
      avcodec.av_packet_free(packet);
      avcodec.av_parser_close(parser);
      avcodec.avcodec_free_context(context);
    }
  }

  private static void receive(
      AVCodecContext context, AVFrame frame, int channels, SampleSink sink) {
    while (true) {
      int result = avcodec.avcodec_receive_frame(context, frame);
      if (result == avutil.AVERROR_EAGAIN() || result == avutil.AVERROR_EOF()) {
        return;
      }
      check(result, "take a decoded frame");
      int format = frame.format();
      if (format != avutil.AV_SAMPLE_FMT_S16 && format != avutil.AV_SAMPLE_FMT_S16P) {
        throw new IllegalArgumentException("the FLAC file does not hold 16-bit samples");
      }
      give(frame, format == avutil.AV_SAMPLE_FMT_S16P, channels, sink);
      avutil.av_frame_unref(frame);
    }
  }

  private static void give(AVFrame frame, boolean planar, int channels, SampleSink sink) {
    int given = frame.nb_samples();
    short[][] samples = new short[channels][given];
    short[] interleaved = new short[planar ? given : given * channels];
    for (int channel = 0; channel < channels; channel++) {
      if (planar || channel == 0) {
        try (ShortPointer data = new ShortPointer(frame.extended_data(channel))) {
          data.get(interleaved);
        }
      }
      for (int i = 0; i < given; i++) {
        samples[channel][i] = interleaved[planar ? i : i * channels + channel];
      }
    }
    if (given > 0) {
      sink.accept(samples, 0, given);
    }
  }

  private static void check(int result, String what) {
    if (result < 0) {
      throw new IllegalArgumentException("FFmpeg can't %s: error %d".formatted(what, result));
    }
  }

  /** Collects what was decoded. */
  private static final class Output implements SampleSink {
    private final short[][] samples;
    private final boolean whole;
    private int filled;

    /**
     * @param whole whether there are to be no more than these
     */
    Output(int channels, int length, boolean whole) {
      samples = new short[channels][length];
      this.whole = whole;
    }

    boolean isEnough() {
      return !whole && filled == samples[0].length;
    }

    void demandFull() {
      if (filled != samples[0].length) {
        throw wrongLength(samples[0].length, filled);
      }
    }

    @Override
    public void accept(short[][] channels, int offset, int length) {
      int count = whole ? length : Math.min(length, samples[0].length - filled);
      if (filled + count > samples[0].length) {
        throw new IllegalArgumentException(
            "the FLAC frames hold more samples than the header says: " + samples[0].length);
      }
      for (int channel = 0; channel < samples.length; channel++) {
        System.arraycopy(channels[channel], offset, samples[channel], filled, count);
      }
      filled += count;
    }
  }
}
