package io.earwitness.recorder.srtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.recorder.srtp.SrtpReceiver.Outcome;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SrtpTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final HexFormat HEX = HexFormat.of();

  static byte[] packet(int ssrc, int sequence) {
    byte[] payload = new byte[160];
    Arrays.fill(payload, (byte) sequence);
    return ByteBuffer.allocate(172)
        .putInt(0x8000_0000 | (sequence & 0xffff))
        .putInt(sequence * 160)
        .putInt(ssrc)
        .put(payload)
        .array();
  }

  static byte[] protect(SrtpSender sender, byte[] packet) {
    byte[] room = Arrays.copyOf(packet, packet.length + SrtpSender.MAX_TAG);
    return Arrays.copyOf(room, sender.protect(room, packet.length));
  }

  private static Outcome take(SrtpReceiver receiver, byte[] packet) {
    // Not at the beginning, as in the receive buffers
    byte[] framed = new byte[packet.length + 7];
    System.arraycopy(packet, 0, framed, 7, packet.length);
    Outcome outcome = receiver.unprotect(MemorySegment.ofArray(framed), 7, packet.length);
    assertThat(Arrays.copyOfRange(framed, 7, framed.length)).isEqualTo(packet);
    return outcome;
  }

  private static byte[] plain(SrtpReceiver receiver) {
    return receiver.packet().asSlice(0, receiver.length()).toArray(ValueLayout.JAVA_BYTE);
  }

  private static void accepts(SrtpReceiver receiver, byte[] secured, byte[] expected) {
    assertThat(take(receiver, secured)).isEqualTo(Outcome.PLAIN);
    assertThat(plain(receiver)).isEqualTo(expected);
  }

  /** The reference packets of libsrtp: master key, master salt, and what becomes of one packet. */
  @ParameterizedTest
  @CsvSource({
    "AES_CM_128_HMAC_SHA1_80, e1f97a0d3e018be0d64fa32c06de41390ec675ad498afeebb6960b3aabe6,"
        + " 4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb",
    "AES_CM_128_HMAC_SHA1_32, e1f97a0d3e018be0d64fa32c06de41390ec675ad498afeebb6960b3aabe6,"
        + " 4e55dc4ce79978d88ca4d215949d2402b78d6acc",
    "AES_256_CM_HMAC_SHA1_80, f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6"
        + "3b04803de51ee7c96423ab5b78d2, f1d9de17ff251ff1aa007774b0b4b40da08d9d9a5b3a55d8873b",
    "AES_256_CM_HMAC_SHA1_32, f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6"
        + "3b04803de51ee7c96423ab5b78d2, f1d9de17ff251ff1aa007774b0b4b40da08d9d9a",
    "AEAD_AES_128_GCM, 000102030405060708090a0b0c0d0e0fa0a1a2a3a4a5a6a7a8a9aaab,"
        + " c5002ede04cfdd2eb91159e0880aa06ed2976826f796b201df3131a127e8a392"
  })
  void knownPacketsOfAnotherImplementation(SrtpSuite suite, String key, String secured) {
    byte[] header = HEX.parseHex("800f1234decafbadcafebabe");
    byte[] expected = HEX.parseHex(HEX.formatHex(header) + "ab".repeat(16));
    byte[] packet = HEX.parseHex(HEX.formatHex(header) + secured);
    SrtpKey known = new SrtpKey(suite, HEX.parseHex(key), new byte[0]);
    try (SrtpReceiver receiver = new SrtpReceiver(known)) {
      accepts(receiver, packet, expected);
    }
    assertThat(protect(new SrtpSender(known, 0xcafebabe), expected)).isEqualTo(packet);
  }

  @ParameterizedTest
  @EnumSource(SrtpSuite.class)
  void packetsAreRightByTheTextOfTheStandards(SrtpSuite suite) throws Exception {
    byte[] keyAndSalt = new byte[suite.keyAndSaltSize()];
    RANDOM.nextBytes(keyAndSalt);
    PlainSrtp reference = new PlainSrtp(suite, keyAndSalt);
    try (SrtpReceiver receiver = new SrtpReceiver(new SrtpKey(suite, keyAndSalt, new byte[0]))) {
      for (int number = 65_530; number < 65_545; number++) {
        byte[] packet = packet(77, number);
        accepts(receiver, reference.protect(packet, number >>> 16), packet);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(SrtpSuite.class)
  void everyBitThatIsTamperedWithIsNoticedAndTheRightPacketStillTaken(SrtpSuite suite) {
    SrtpKey key = SrtpKey.draw(suite, RANDOM);
    SrtpSender sender = new SrtpSender(key, 1);
    try (SrtpReceiver receiver = new SrtpReceiver(key)) {
      for (int number = 0; number < 2; number++) {
        byte[] packet = packet(1, number);
        byte[] secured = protect(sender, packet);
        for (int at = 1; at < secured.length; at++) {
          byte[] changed = secured.clone();
          changed[at] ^= 0x10;
          assertThat(take(receiver, changed)).isNotEqualTo(Outcome.PLAIN);
        }
        for (int length = 0; length < secured.length; length++) {
          assertThat(take(receiver, Arrays.copyOf(secured, length))).isEqualTo(Outcome.UNAUTHENTIC);
        }
        accepts(receiver, secured, packet);
        assertThat(take(receiver, secured)).isEqualTo(Outcome.REPLAYED);
      }
    }
  }

  @Test
  void reorderingIsNoReplayButWhatIsTooLateIs() {
    SrtpKey key = SrtpKey.draw(SrtpSuite.AEAD_AES_256_GCM, RANDOM);
    SrtpSender sender = new SrtpSender(key, 1);
    byte[][] secured = new byte[200][];
    for (int i = 0; i < 200; i++) {
      secured[i] = protect(sender, packet(1, i));
    }
    try (SrtpReceiver receiver = new SrtpReceiver(key)) {
      accepts(receiver, secured[0], packet(1, 0));
      accepts(receiver, secured[60], packet(1, 60));
      accepts(receiver, secured[1], packet(1, 1));
      accepts(receiver, secured[199], packet(1, 199));
      assertThat(take(receiver, secured[100])).isEqualTo(Outcome.REPLAYED);
    }
  }

  @Test
  void sequenceNumbersWrapAgainAndAgainAlsoOutOfOrder() {
    SrtpKey key = SrtpKey.draw(SrtpSuite.AES_CM_128_HMAC_SHA1_80, RANDOM);
    SrtpSender sender = new SrtpSender(key, 9);
    try (SrtpReceiver receiver = new SrtpReceiver(key)) {
      // Every thousandth only: what is lost between doesn't matter
      for (int number = 60_000; number < 4 * 65_536; number += 1000) {
        byte[] first = protect(sender, packet(9, number));
        byte[] second = protect(sender, packet(9, number + 1));
        accepts(receiver, second, packet(9, number + 1));
        accepts(receiver, first, packet(9, number));
      }
    }
  }

  @Test
  void whoComesLateOrMissesTheFirstWrapFindsTheRolloverCounter() {
    SrtpKey key = SrtpKey.draw(SrtpSuite.AES_256_CM_HMAC_SHA1_80, RANDOM);
    for (int first : new int[] {5, 40_000, 65_536, 65_536 + 30_000}) {
      SrtpSender sender = new SrtpSender(key, 3);
      for (int number = 0; number <= first; number += 20_000) {
        protect(sender, packet(3, number));
      }
      try (SrtpReceiver receiver = new SrtpReceiver(key)) {
        byte[] secured = protect(sender, packet(3, first + 1));
        accepts(receiver, secured, packet(3, first + 1));
        accepts(receiver, protect(sender, packet(3, first + 2)), packet(3, first + 2));
      }
    }
  }

  @Test
  void eachSourceHasItsOwnContext() {
    SrtpKey key = SrtpKey.draw(SrtpSuite.AEAD_AES_128_GCM, RANDOM);
    try (SrtpReceiver receiver = new SrtpReceiver(key)) {
      for (int ssrc = 1; ssrc < 10; ssrc++) {
        SrtpSender sender = new SrtpSender(key, ssrc);
        byte[] secured = protect(sender, packet(ssrc, 65_535));
        accepts(receiver, secured, packet(ssrc, 65_535));
        accepts(receiver, protect(sender, packet(ssrc, 65_536)), packet(ssrc, 65_536));
        assertThat(take(receiver, secured)).isEqualTo(Outcome.REPLAYED);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(SrtpSuite.class)
  void packetsThatNameTheirKey(SrtpSuite suite) {
    byte[] bytes = new byte[suite.keyAndSaltSize()];
    RANDOM.nextBytes(bytes);
    byte[] mki = {0, 0, 1, 2};
    SrtpSender sender = new SrtpSender(new SrtpKey(suite, bytes, new byte[0]), 1);
    try (SrtpReceiver receiver = new SrtpReceiver(new SrtpKey(suite, bytes, mki))) {
      for (int number = 0; number < 3; number++) {
        byte[] secured = protect(sender, packet(1, number));
        int at = secured.length - (suite.isAead() ? 0 : suite.tagSize());
        ByteBuffer named = ByteBuffer.allocate(secured.length + 4);
        named.put(secured, 0, at).put(mki).put(secured, at, secured.length - at);
        assertThat(take(receiver, secured)).isEqualTo(Outcome.UNAUTHENTIC);
        byte[] other = named.array().clone();
        other[at + 3]++;
        assertThat(take(receiver, other)).isEqualTo(Outcome.UNAUTHENTIC);
        accepts(receiver, named.array(), packet(1, number));
      }
    }
  }

  private static byte[] control(int ssrc, int words) {
    ByteBuffer packet = ByteBuffer.allocate(4 * words);
    packet.putInt(0x80c8_0000 | words - 1).putInt(ssrc);
    while (packet.hasRemaining()) {
      packet.put((byte) packet.position());
    }
    return packet.array();
  }

  private static byte[] protectControl(SrtpSender sender, byte[] packet) {
    byte[] room = Arrays.copyOf(packet, packet.length + SrtpSender.MAX_CONTROL_TRAILER);
    return Arrays.copyOf(room, sender.protectControl(room, packet.length));
  }

  private static Outcome takeControl(SrtpReceiver receiver, byte[] packet) {
    byte[] framed = new byte[packet.length + 7];
    System.arraycopy(packet, 0, framed, 7, packet.length);
    return receiver.unprotectControl(MemorySegment.ofArray(framed), 7, packet.length);
  }

  /** The reference RTCP packet of libsrtp. */
  @Test
  void aKnownControlPacketOfAnotherImplementation() {
    SrtpKey key =
        new SrtpKey(
            SrtpSuite.AES_CM_128_HMAC_SHA1_80,
            HEX.parseHex("e1f97a0d3e018be0d64fa32c06de41390ec675ad498afeebb6960b3aabe6"),
            new byte[0]);
    byte[] secured =
        HEX.parseHex(
            "81c8000bcafebabe7128035be487b9bdbef89041f977a5a880000001993e08cd54d6c1230798");
    try (SrtpReceiver receiver = new SrtpReceiver(key)) {
      assertThat(takeControl(receiver, secured)).isEqualTo(Outcome.PLAIN);
      assertThat(plain(receiver)).isEqualTo(HEX.parseHex("81c8000bcafebabe" + "ab".repeat(16)));
    }
  }

  @ParameterizedTest
  @EnumSource(SrtpSuite.class)
  void controlPacketsAreTakenOnceAndOnlyIfAuthentic(SrtpSuite suite) {
    byte[] bytes = new byte[suite.keyAndSaltSize()];
    RANDOM.nextBytes(bytes);
    byte[] mki = {0, 7};
    SrtpSender sender = new SrtpSender(new SrtpKey(suite, bytes, new byte[0]), 5);
    try (SrtpReceiver receiver = new SrtpReceiver(new SrtpKey(suite, bytes, new byte[0]));
        SrtpReceiver namedReceiver = new SrtpReceiver(new SrtpKey(suite, bytes, mki))) {
      for (int words = 2; words < 20; words++) {
        byte[] packet = control(5, words);
        byte[] secured = protectControl(sender, packet);
        // Never the short tag (RFC 4568 §6.2); the index has four bytes
        assertThat(secured).hasSize(packet.length + 4 + (suite.isAead() ? 16 : 10));
        for (int at : new int[] {1, 6, packet.length, secured.length - 1}) {
          byte[] changed = secured.clone();
          changed[at] ^= 0x10;
          assertThat(takeControl(receiver, changed)).as("byte %d", at).isNotEqualTo(Outcome.PLAIN);
        }
        assertThat(takeControl(receiver, secured)).isEqualTo(Outcome.PLAIN);
        assertThat(plain(receiver)).isEqualTo(packet);
        assertThat(takeControl(receiver, secured)).isEqualTo(Outcome.REPLAYED);
        int at = secured.length - (suite.isAead() ? 0 : 10);
        ByteBuffer named = ByteBuffer.allocate(secured.length + 2);
        named.put(secured, 0, at).put(mki).put(secured, at, secured.length - at);
        assertThat(takeControl(namedReceiver, named.array())).isEqualTo(Outcome.PLAIN);
        assertThat(plain(namedReceiver)).isEqualTo(packet);
      }
      for (int length = 0; length < 12; length++) {
        assertThat(takeControl(receiver, new byte[length])).isEqualTo(Outcome.UNAUTHENTIC);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(SrtpSuite.class)
  void everySuiteWorksHere(SrtpSuite suite) {
    assertThat(SrtpSupport.isUsable(suite)).isTrue();
  }

  @Test
  void aKeyIsNeverInItsText() {
    SrtpKey key = SrtpKey.draw(SrtpSuite.AES_CM_128_HMAC_SHA1_80, RANDOM);
    assertThat(key).hasToString("AES_CM_128_HMAC_SHA1_80 key");
    assertThatThrownBy(() -> new SrtpKey(SrtpSuite.AEAD_AES_128_GCM, new byte[30], new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
