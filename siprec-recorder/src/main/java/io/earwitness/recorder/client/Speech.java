package io.earwitness.recorder.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What one side of a call says: 16-bit samples at 8 kHz.
 *
 * @param name the clip's or file's name
 */
public record Speech(String name, short[] samples) {
  /** 20 ms at 8 kHz. */
  static final int PACKET_SAMPLES = 160;

  /** Both sides of a call, of equal length: the shorter one is silent at its end. */
  public record Dialogue(Speech left, Speech right) {
    public Dialogue {
      int length = Math.max(left.samples.length, right.samples.length);
      left = new Speech(left.name, Arrays.copyOf(left.samples, length));
      right = new Speech(right.name, Arrays.copyOf(right.samples, length));
    }
  }

  private static final List<String> CLIPS = List.of("balance", "order", "card", "transfer");

  /** The number of dialogues that come with the client. */
  public static int dialogues() {
    return CLIPS.size();
  }

  /**
   * A dialogue that comes with the client, of 7 to 8 seconds: a caller (left) and an agent (right).
   *
   * @param index any; taken modulo the number of dialogues
   */
  public static Dialogue dialogue(int index) {
    String clip = CLIPS.get(Math.floorMod(index, CLIPS.size()));
    return new Dialogue(clip(clip + "-caller"), clip(clip + "-agent"));
  }

  /**
   * Reads a WAV file.
   *
   * @throws IOException if it can't be read, or isn't 8 kHz mono in 16-bit PCM, µ-law or A-law
   */
  public static Speech read(Path file) throws IOException {
    try {
      return new Speech(file.toString(), Wav.read(Files.readAllBytes(file), file.toString()));
    } catch (NoSuchFileException e) {
      throw new IOException(file + " does not exist", e);
    }
  }

  /** How many packets of 20 ms the speech fills, the last one with silence behind it. */
  int packets() {
    return (samples.length + PACKET_SAMPLES - 1) / PACKET_SAMPLES;
  }

  /** The payload of packet number {@code packet}, from 0; the speech repeats without end. */
  public byte[] payload(G711 codec, long packet) {
    int from = (int) (packet % packets()) * PACKET_SAMPLES;
    byte[] payload = new byte[PACKET_SAMPLES];
    for (int i = 0; i < PACKET_SAMPLES; i++) {
      payload[i] = from + i < samples.length ? codec.encode(samples[from + i]) : codec.silence();
    }
    return payload;
  }

  /**
   * The samples that a decoder gets from the first {@code packets} packets.
   *
   * @return 16-bit samples, 160 for each packet
   */
  public short[] heard(G711 codec, int packets) {
    short[] heard = new short[Math.multiplyExact(packets, PACKET_SAMPLES)];
    for (int packet = 0; packet < packets; packet++) {
      byte[] payload = payload(codec, packet);
      for (int i = 0; i < PACKET_SAMPLES; i++) {
        heard[packet * PACKET_SAMPLES + i] = codec.decode(payload[i]);
      }
    }
    return heard;
  }

  private static Speech clip(String name) {
    String resource = "speech/" + name + ".wav";
    try (InputStream in = Speech.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is missing from the program");
      }
      return new Speech(name, Wav.read(in.readAllBytes(), resource));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
