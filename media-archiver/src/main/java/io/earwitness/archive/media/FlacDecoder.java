package io.earwitness.archive.media;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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
    if (file.length < METADATA_START + 4 + FlacHeader.STREAM_INFO_LENGTH
        || !new String(file, 0, METADATA_START, StandardCharsets.US_ASCII).equals("fLaC")) {
      throw new IllegalArgumentException("no FLAC file: it does not begin with fLaC");
    }
    byte[] streamInfo =
        Arrays.copyOfRange(
            file, METADATA_START + 4, METADATA_START + 4 + FlacHeader.STREAM_INFO_LENGTH);
    int channels = ((streamInfo[12] >> 1) & 7) + 1;
    long samples = (streamInfo[13] & 0x0fL) << 32;
    for (int i = 14; i < 18; i++) {
      samples |= (streamInfo[i] & 0xffL) << (8 * (17 - i));
    }
    boolean whole = samples <= most;
    samples = Math.min(samples, most);
    Output output = new Output(channels, Math.toIntExact(samples), whole);
    FfmpegLibraries.load();
    decode(file, framesStart(file), streamInfo, output);
    if (output.filled != samples) {
      throw new IllegalArgumentException(
          "the FLAC header says %d samples, the frames hold %d".formatted(samples, output.filled));
    }
    return output.samples;
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

  private static int framesStart(byte[] file) {
    int at = METADATA_START;
    boolean last = false;
    while (!last) {
      if (at + 4 > file.length) {
        throw new IllegalArgumentException("the FLAC file ends within its header");
      }
      last = (file[at] & 0x80) != 0;
      int length = (file[at + 1] & 0xff) << 16 | (file[at + 2] & 0xff) << 8 | (file[at + 3] & 0xff);
      at += 4 + length;
    }
    return at;
  }

  private static void decode(byte[] file, int start, byte[] streamInfo, Output output) {
    AVCodec codec = avcodec.avcodec_find_decoder(avcodec.AV_CODEC_ID_FLAC);
    AVCodecContext context = avcodec.avcodec_alloc_context3(codec);
    AVCodecParserContext parser = avcodec.av_parser_init(avcodec.AV_CODEC_ID_FLAC);
    AVPacket packet = avcodec.av_packet_alloc();
    AVFrame frame = avutil.av_frame_alloc();
    // FFmpeg's parsers read a little beyond the end
    int padded = file.length - start + avcodec.AV_INPUT_BUFFER_PADDING_SIZE;
    try (BytePointer input = new BytePointer(padded);
        PointerPointer<BytePointer> out = new PointerPointer<>(1);
        IntPointer outSize = new IntPointer(1)) {
      BytePointer extra =
          new BytePointer(
              avutil.av_mallocz(streamInfo.length + (long) avcodec.AV_INPUT_BUFFER_PADDING_SIZE));
      extra.capacity(streamInfo.length).put(streamInfo);
      context.extradata(extra).extradata_size(streamInfo.length);
      check(avcodec.avcodec_open2(context, codec, (AVDictionary) null), "open the decoder");
      BytePointer.memset(input, 0, padded);
      input.put(file, start, file.length - start);
      long at = 0;
      long end = file.length - (long) start;
      boolean more = true;
      while (more && !output.isEnough()) {
        int size = (int) Math.min(1 << 16, end - at);
        int used =
            avcodec.av_parser_parse2(
                parser,
                context,
                out,
                outSize,
                input.getPointer(at),
                size,
                avutil.AV_NOPTS_VALUE,
                avutil.AV_NOPTS_VALUE,
                0);
        check(used, "find a frame");
        at += used;
        if (outSize.get() > 0) {
          packet.data(out.get(BytePointer.class, 0)).size(outSize.get());
          check(avcodec.avcodec_send_packet(context, packet), "decode");
          receive(context, frame, output);
        }
        more = size > 0 || outSize.get() > 0;
      }
      if (!output.isEnough()) {
        check(avcodec.avcodec_send_packet(context, null), "end");
        receive(context, frame, output);
      }
    } finally {
      packet.data(null).size(0);
      avutil.av_frame_free(frame);
      avcodec.av_packet_free(packet);
      avcodec.av_parser_close(parser);
      avcodec.avcodec_free_context(context);
    }
  }

  private static void receive(AVCodecContext context, AVFrame frame, Output output) {
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
      output.take(frame, format == avutil.AV_SAMPLE_FMT_S16P);
      avutil.av_frame_unref(frame);
    }
  }

  private static void check(int result, String what) {
    if (result < 0) {
      throw new IllegalArgumentException("FFmpeg can't %s: error %d".formatted(what, result));
    }
  }

  /** Collects what was decoded. */
  private static final class Output {
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

    void take(AVFrame frame, boolean planar) {
      int given = frame.nb_samples();
      int count = whole ? given : Math.min(given, samples[0].length - filled);
      int channels = samples.length;
      if (filled + count > samples[0].length) {
        throw new IllegalArgumentException(
            "the FLAC frames hold more samples than the header says: " + samples[0].length);
      }
      short[] interleaved = new short[planar ? given : given * channels];
      for (int channel = 0; channel < channels; channel++) {
        if (planar || channel == 0) {
          try (ShortPointer data = new ShortPointer(frame.extended_data(channel))) {
            data.get(interleaved);
          }
        }
        for (int i = 0; i < count; i++) {
          samples[channel][filled + i] = interleaved[planar ? i : i * channels + channel];
        }
      }
      filled += count;
    }
  }
}
