package io.earwitness.recorder.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class SourceLatchTest {
  private static final long SECOND = 1_000_000_000L;
  private final SourceLatch latch = new SourceLatch();

  private boolean accepts(String address, int port, long at) {
    InetAddress literal = InetAddress.ofLiteral(address);
    ByteBuffer bytes = ByteBuffer.wrap(literal.getAddress());
    return literal instanceof Inet4Address
        ? latch.accepts(
            0, SourceLatch.MAPPED_LOW | Integer.toUnsignedLong(bytes.getInt()), port, at)
        : latch.accepts(bytes.getLong(), bytes.getLong(), port, at);
  }

  @Test
  void theFirstPortOfTheOfferedAddressIsLatched() {
    latch.expect("192.0.2.1", 4000);
    assertThat(latch.source()).isNull();
    assertThat(accepts("192.0.2.2", 4000, 0)).isFalse();
    assertThat(accepts("192.0.2.1", 4002, 0)).isTrue();
    assertThat(accepts("192.0.2.1", 4004, 1)).isFalse();
    assertThat(accepts("192.0.2.1", 4002, 2)).isTrue();
    assertThat(latch.source()).isEqualTo("192.0.2.1:4002");
  }

  @Test
  void theOfferedPortWinsOverAnyOther() {
    latch.expect("192.0.2.1", 4000);
    assertThat(accepts("192.0.2.1", 4002, 0)).isTrue();
    assertThat(accepts("192.0.2.1", 4000, 1)).isTrue();
    assertThat(accepts("192.0.2.1", 4002, 2)).isFalse();
    assertThat(latch.source()).isEqualTo("192.0.2.1:4000");
  }

  @Test
  void aSourceThatFellSilentMayBeFollowedByAnotherPortOfItsAddress() {
    latch.expect("192.0.2.1", 4000);
    assertThat(accepts("192.0.2.1", 4000, 0)).isTrue();
    assertThat(accepts("192.0.2.1", 5000, 2 * SECOND - 1)).isFalse();
    assertThat(accepts("192.0.2.1", 5000, 2 * SECOND)).isTrue();
    assertThat(accepts("192.0.2.9", 5000, 9 * SECOND)).isFalse();
  }

  @Test
  void anotherAddressInAnUpdateLatchesAgainAndTheSameOneDoesNot() {
    latch.expect("192.0.2.1", 4000);
    assertThat(accepts("192.0.2.1", 4002, 0)).isTrue();
    latch.expect("192.0.2.1", 4000);
    assertThat(accepts("192.0.2.1", 4004, 1)).isFalse();
    latch.expect("192.0.2.7", 4000);
    assertThat(accepts("192.0.2.1", 4002, 2)).as("the address of before").isFalse();
    assertThat(accepts("192.0.2.7", 4008, 3)).isTrue();
  }

  @Test
  void whoSentBesideTheSourceDoesNotFollowItInItsPauses() {
    latch.expect("192.0.2.1", 4000);
    // An older call's sender is there first, then goes on beside the offered one
    assertThat(accepts("192.0.2.1", 9000, 0)).isTrue();
    for (int i = 1; i <= 100; i++) {
      assertThat(accepts("192.0.2.1", 4000, i * SECOND / 50)).isTrue();
      assertThat(accepts("192.0.2.1", 9000, i * SECOND / 50 + 1)).isFalse();
    }
    for (int second = 2; second < 30; second++) {
      assertThat(accepts("192.0.2.1", 9000, second * SECOND + 1)).isFalse();
    }
    assertThat(accepts("192.0.2.1", 4000, 30 * SECOND)).isTrue();
  }

  @Test
  void aRestartedSenderWhosePacketsMixWithItsLastOnesIsNoRival() {
    latch.expect("192.0.2.1", 4000);
    assertThat(accepts("192.0.2.1", 4000, 0)).isTrue();
    assertThat(accepts("192.0.2.1", 5000, 1)).isFalse();
    assertThat(accepts("192.0.2.1", 4000, SECOND / 50)).isTrue();
    assertThat(accepts("192.0.2.1", 5000, SECOND)).isFalse();
    assertThat(accepts("192.0.2.1", 5000, 2 * SECOND + SECOND / 50)).isTrue();
  }

  @Test
  void theUnspecifiedAddressOfAHoldAcceptsTheFirstSource() {
    for (String address : new String[] {"0.0.0.0", "::"}) {
      latch.expect("192.0.2.1", 1);
      latch.expect(address, 4000);
      assertThat(accepts("198.51.100.7", 4002, 0)).as(address).isTrue();
      assertThat(accepts("198.51.100.8", 4002, 1)).as(address).isFalse();
    }
  }

  @Test
  void whatIsNoAddressAcceptsNobody() {
    for (String address : new String[] {null, "sbc.example.com", ""}) {
      latch.expect("0.0.0.0", 1);
      latch.expect(address, 4000);
      assertThat(accepts("198.51.100.7", 4000, 0)).as(address).isFalse();
    }
  }

  @Test
  void version6AddressesAreComparedInFull() {
    latch.expect("2001:db8::1", 4000);
    assertThat(accepts("2001:db8:0:1::1", 4000, 0)).isFalse();
    assertThat(accepts("2001:db8::2", 4000, 0)).isFalse();
    assertThat(accepts("2001:db8::1", 4000, 0)).isTrue();
    assertThat(latch.source()).isEqualTo("[2001:db8:0:0:0:0:0:1]:4000");
  }
}
