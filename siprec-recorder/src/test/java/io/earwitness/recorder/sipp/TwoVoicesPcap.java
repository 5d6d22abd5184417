package io.earwitness.recorder.sipp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes the two RTP streams of a call into one capture file for SIPp's {@code play_pcap_audio}:
 * libpcap format, Ethernet, IPv4, UDP, G.711 in packets of 20 ms. The first stream goes to port
 * 2000, the second to 2002; SIPp moves both to the ports that the recorder answers.
 */
final class TwoVoicesPcap {
  static final int PACKET_SAMPLES = 160;
  private static final int FIRST_PORT = 2000;
  private static final int ETHERNET = 14;
  private static final int IP = 20;
  private static final int UDP = 8;
  private static final int RTP = 12;

  private TwoVoicesPcap() {}

  /**
   * Writes the file.
   *
   * @param payloadType of both
   * @param left codes, a whole number of packets
   * @param right as long as {@code left}
   */
  static void write(Path file, int payloadType, byte[] left, byte[] right) throws IOException {
    int packets = left.length / PACKET_SAMPLES;
    if (left.length != right.length || left.length != packets * PACKET_SAMPLES) {
      throw new IllegalArgumentException(
          "%d and %d bytes are not the same whole number of packets of %d"
              .formatted(left.length, right.length, PACKET_SAMPLES));
    }
    int frame = ETHERNET + IP + UDP + RTP + PACKET_SAMPLES;
    ByteBuffer out =
        ByteBuffer.allocate(24 + 2 * packets * (16 + frame)).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(0xa1b2c3d4).putShort((short) 2).putShort((short) 4);
    out.putInt(0).putInt(0).putInt(65535).putInt(1);
    for (int packet = 0; packet < packets; packet++) {
      for (int stream = 0; stream < 2; stream++) {
        // 1 ms between the two, so that no reader takes them out of order
        long micros = packet * 20_000L + stream * 1_000L;
        out.putInt((int) (micros / 1_000_000)).putInt((int) (micros % 1_000_000));
        out.putInt(frame).putInt(frame);
        out.put(frame(packet, stream, payloadType, stream == 0 ? left : right));
      }
    }
    Files.write(file, out.array());
  }

  private static byte[] frame(int packet, int stream, int payloadType, byte[] audio) {
    int rtpLength = RTP + PACKET_SAMPLES;
    ByteBuffer frame = ByteBuffer.allocate(ETHERNET + IP + UDP + rtpLength);
    frame.put(new byte[12]).putShort((short) 0x0800);
    int ip = frame.position();
    frame.put((byte) 0x45).put((byte) 0).putShort((short) (IP + UDP + rtpLength));
    frame.putInt(packet << 16 | 0x4000).put((byte) 64).put((byte) 17).putShort((short) 0);
    frame.putInt(0x7f000001).putInt(0x7f000001);
    frame.putShort(ip + 10, checksum(frame, ip));
    short port = (short) (FIRST_PORT + 2 * stream);
    frame.putShort(port).putShort(port).putShort((short) (UDP + rtpLength)).putShort((short) 0);
    frame.put((byte) 0x80).put((byte) ((packet == 0 ? 0x80 : 0) | payloadType));
    frame.putShort((short) (packet + 1000 * (stream + 1)));
    frame.putInt(packet * PACKET_SAMPLES).putInt(0x5150_0001 + stream);
    frame.put(audio, packet * PACKET_SAMPLES, PACKET_SAMPLES);
    return frame.array();
  }

  private static short checksum(ByteBuffer frame, int from) {
    int sum = 0;
    for (int i = 0; i < IP; i += 2) {
      sum += frame.getShort(from + i) & 0xffff;
    }
    sum = (sum & 0xffff) + (sum >> 16);
    return (short) ~(sum + (sum >> 16));
  }
}
