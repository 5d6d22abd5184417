package io.earwitness.archive.media;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.ShortPointer;

/**
 * Codecs of telephony that FFmpeg can both encode and decode here, in memory: what is sent to
 * somebody comes out as it would be heard. Only for audio of our own: FFmpeg runs in this process.
 */
public enum SpeechCodec {
  PCMU("pcm_mulaw", 8000, 0),
  PCMA("pcm_alaw", 8000, 0),
  G722("g722", 16000, 64_000),
  G726_32("g726", 8000, 32_000),
  G726_16("g726", 8000, 16_000),
  OPUS_24("libopus", 16000, 24_000),
  OPUS_8("libopus", 8000, 8_000),
  AMR_122("libopencore_amrnb", 8000, 12_200),
  AMR_475("libopencore_amrnb", 8000, 4_750),
  AMR_WB("libvo_amrwbenc", 16000, 12_650),
  SPEEX("libspeex", 8000, 8_000),
  G723("g723_1", 8000, 6_300);

  /** Where a codec has no frames of its own: 20 ms. */
  private static final int FRAMES_PER_SECOND = 50;

  private final String encoder;
  private final int rate;
  private final int bitRate;

  SpeechCodec(String encoder, int rate, int bitRate) {
    this.encoder = encoder;
    this.rate = rate;
    this.bitRate = bitRate;
  }

  /**
   * Audio as it comes out at the other end, with the codec's delay.
   *
   * @param samples 16-bit samples at 8 kHz
   * @return 16-bit samples at 8 kHz, of about the same length
   * @throws IllegalStateException if this build of FFmpeg lacks the codec
   */
  public short[] roundTrip(short[] samples) {
    FfmpegLibraries.load();
    AVCodec codec = avcodec.avcodec_find_encoder_by_name(encoder);
    if (codec == null) {
      throw new IllegalStateException("FFmpeg's libraries lack the encoder " + encoder);
    }
    AVCodecContext encoding = context(codec);
    AVCodecContext decoding = null;
    AVPacket packet = avcodec.av_packet_alloc();
    AVFrame frame = avutil.av_frame_alloc();
    AVFrame decoded = avutil.av_frame_alloc();
    try {
      encoding.bit_rate(bitRate);
      encoding.sample_fmt(avutil.AV_SAMPLE_FMT_S16);
      check(avcodec.avcodec_open2(encoding, codec, (AVDictionary) null), "open the encoder");
      decoding = decoder(encoding);
      Decoded result = new Decoded(rate);
      short[] input = toShorts(Resampler.resample(toFloats(samples), 8000, rate));
      int size = encoding.frame_size() > 0 ? encoding.frame_size() : rate / FRAMES_PER_SECOND;
      for (int from = 0; from < input.length; from += size) {
        fill(frame, encoding, input, from, size);
        check(avcodec.avcodec_send_frame(encoding, frame), "encode");
        avutil.av_frame_unref(frame);
        pass(encoding, packet, decoding, decoded, result);
      }
      check(avcodec.avcodec_send_frame(encoding, null), "end encoding");
      pass(encoding, packet, decoding, decoded, result);
      check(avcodec.avcodec_send_packet(decoding, null), "end decoding");
      result.take(decoding, decoded);
      return toShorts(Resampler.resample(result.samples(), result.rate, 8000));
    } finally {
      avutil.av_frame_free(decoded);
      avutil.av_frame_free(frame);
      avcodec.av_packet_free(packet);
      avcodec.avcodec_free_context(encoding);
      if (decoding != null) {
        avcodec.avcodec_free_context(decoding);
      }
    }
  }

  /**
   * Audio as the payloads of RTP packets of 20 ms each, for codecs whose frames are as long.
   *
   * @param samples 16-bit samples at 8 kHz
   * @throws IllegalStateException if this build of FFmpeg lacks the codec, or its frames are not of
   *     20 ms
   */
  public List<byte[]> packets(short[] samples) {
    FfmpegLibraries.load();
    AVCodec codec = avcodec.avcodec_find_encoder_by_name(encoder);
    if (codec == null) {
      throw new IllegalStateException("FFmpeg's libraries lack the encoder " + encoder);
    }
    AVCodecContext encoding = context(codec);
    AVPacket packet = avcodec.av_packet_alloc();
    AVFrame frame = avutil.av_frame_alloc();
    try {
      encoding.bit_rate(bitRate);
      encoding.sample_fmt(avutil.AV_SAMPLE_FMT_S16);
      check(avcodec.avcodec_open2(encoding, codec, (AVDictionary) null), "open the encoder");
      int size = rate / FRAMES_PER_SECOND;
      if (encoding.frame_size() > 0 && encoding.frame_size() != size) {
        throw new IllegalStateException("the frames of " + this + " are not of 20 ms");
      }
      short[] input = toShorts(Resampler.resample(toFloats(samples), 8000, rate));
      List<byte[]> packets = new ArrayList<>();
      for (int from = 0; from < input.length; from += size) {
        fill(frame, encoding, input, from, size);
        check(avcodec.avcodec_send_frame(encoding, frame), "encode");
        avutil.av_frame_unref(frame);
        take(encoding, packet, packets);
      }
      check(avcodec.avcodec_send_frame(encoding, null), "end encoding");
      take(encoding, packet, packets);
      return packets;
    } finally {
      avutil.av_frame_free(frame);
      avcodec.av_packet_free(packet);
      avcodec.avcodec_free_context(encoding);
    }
  }

  private static void take(AVCodecContext encoding, AVPacket packet, List<byte[]> packets) {
    while (isThere(avcodec.avcodec_receive_packet(encoding, packet))) {
      byte[] payload = new byte[packet.size()];
      packet.data().get(payload);
      packets.add(payload);
      avcodec.av_packet_unref(packet);
    }
  }

  private AVCodecContext context(AVCodec codec) {
    AVCodecContext context = avcodec.avcodec_alloc_context3(codec);
    context.sample_rate(rate);
    context.thread_count(1);
    context.strict_std_compliance(avcodec.FF_COMPLIANCE_UNOFFICIAL);
    avutil.av_channel_layout_default(context.ch_layout(), 1);
    return context;
  }

  private AVCodecContext decoder(AVCodecContext encoding) {
    AVCodec codec = avcodec.avcodec_find_decoder(encoding.codec_id());
    AVCodecContext context = context(codec);
    context.bits_per_coded_sample(encoding.bits_per_coded_sample());
    if (encoding.extradata_size() > 0) {
      int size = encoding.extradata_size();
      byte[] header = new byte[size];
      encoding.extradata().get(header);
      BytePointer extra =
          new BytePointer(avutil.av_mallocz(size + (long) avcodec.AV_INPUT_BUFFER_PADDING_SIZE));
      extra.capacity(size).put(header);
      context.extradata(extra).extradata_size(size);
    }
    check(avcodec.avcodec_open2(context, codec, (AVDictionary) null), "open the decoder");
    return context;
  }

  private void fill(AVFrame frame, AVCodecContext encoding, short[] input, int from, int size) {
    frame.nb_samples(size);
    frame.format(avutil.AV_SAMPLE_FMT_S16);
    frame.sample_rate(rate);
    check(
        avutil.av_channel_layout_copy(frame.ch_layout(), encoding.ch_layout()), "set the channel");
    check(avutil.av_frame_get_buffer(frame, 0), "allocate a frame");
    frame.pts(from);
    try (BytePointer data = frame.data(0);
        ShortPointer target = new ShortPointer(data)) {
      target.put(Arrays.copyOfRange(input, from, from + size), 0, size);
    }
  }

  private static void pass(
      AVCodecContext encoding,
      AVPacket packet,
      AVCodecContext decoding,
      AVFrame decoded,
      Decoded result) {
    while (isThere(avcodec.avcodec_receive_packet(encoding, packet))) {
      check(avcodec.avcodec_send_packet(decoding, packet), "decode");
      avcodec.av_packet_unref(packet);
      result.take(decoding, decoded);
    }
  }

  private static boolean isThere(int result) {
    if (result == avutil.AVERROR_EAGAIN() || result == avutil.AVERROR_EOF()) {
      return false;
    }
    check(result, "take what was coded");
    return true;
  }

  private static void check(int result, String what) {
    if (result < 0) {
      throw new IllegalStateException("FFmpeg can't %s: error %d".formatted(what, result));
    }
  }

  private static float[] toFloats(short[] samples) {
    float[] floats = new float[samples.length];
    for (int i = 0; i < samples.length; i++) {
      floats[i] = samples[i];
    }
    return floats;
  }

  private static short[] toShorts(float[] samples) {
    short[] shorts = new short[samples.length];
    for (int i = 0; i < samples.length; i++) {
      shorts[i] = (short) Math.clamp(Math.round(samples[i]), Short.MIN_VALUE, Short.MAX_VALUE);
    }
    return shorts;
  }

  /** Collects what was decoded, of 16 bits or of floats. */
  private static final class Decoded {
    private final List<float[]> parts = new ArrayList<>();
    private int rate;

    Decoded(int rate) {
      this.rate = rate;
    }

    void take(AVCodecContext decoding, AVFrame frame) {
      while (isThere(avcodec.avcodec_receive_frame(decoding, frame))) {
        rate = frame.sample_rate() > 0 ? frame.sample_rate() : rate;
        parts.add(read(frame));
        avutil.av_frame_unref(frame);
      }
    }

    private static float[] read(AVFrame frame) {
      float[] values = new float[frame.nb_samples()];
      int format = frame.format();
      if (format == avutil.AV_SAMPLE_FMT_FLT || format == avutil.AV_SAMPLE_FMT_FLTP) {
        try (FloatPointer data = new FloatPointer(frame.data(0))) {
          data.get(values);
        }
        for (int i = 0; i < values.length; i++) {
          values[i] *= -(float) Short.MIN_VALUE;
        }
      } else if (format == avutil.AV_SAMPLE_FMT_S16 || format == avutil.AV_SAMPLE_FMT_S16P) {
        short[] shorts = new short[values.length];
        try (ShortPointer data = new ShortPointer(frame.data(0))) {
          data.get(shorts);
        }
        return toFloats(shorts);
      } else {
        throw new IllegalStateException("FFmpeg decoded to the sample format " + format);
      }
      return values;
    }

    float[] samples() {
      float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
      int at = 0;
      for (float[] part : parts) {
        System.arraycopy(part, 0, all, at, part.length);
        at += part.length;
      }
      return all;
    }
  }
}
