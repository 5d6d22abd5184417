package io.earwitness.recorder.rtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.recorder.rtp.MediaPlane.NoPortsException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PortPoolTest {
  private final Sockets sockets = new Sockets();
  private final Deque<Integer> numbers = new ArrayDeque<>();

  /** Sockets that are only numbers. */
  private static final class Sockets implements UdpSockets {
    final Set<Integer> bound = new TreeSet<>();
    final Set<Integer> ofOthers = new HashSet<>();
    final Set<Integer> withArrivals = new HashSet<>();

    @Override
    public @Nullable UdpSocket bind(int port, int receiveBuffer) {
      if (ofOthers.contains(port) || !bound.add(port)) {
        return null;
      }
      return new UdpSocket() {
        @Override
        public int port() {
          return port;
        }

        @Override
        public int drain(PacketSink sink) {
          return 0;
        }

        @Override
        public boolean send(
            byte[] bytes, int length, long addressHigh, long addressLow, int toPort) {
          return false;
        }

        @Override
        public boolean hasArrivals() {
          return withArrivals.contains(port);
        }

        @Override
        public long kernelDrops() {
          return 0;
        }

        @Override
        public void close() {
          assertThat(bound.remove(port)).as("port %s is closed once", port).isTrue();
        }
      };
    }

    @Override
    public boolean hasKernelTimeStamps() {
      return false;
    }

    @Override
    public void close() {}
  }

  private PortPool pool(int pairs, Integer... random) {
    numbers.addAll(List.of(random));
    RandomGenerator generator =
        new RandomGenerator() {
          @Override
          public long nextLong() {
            throw new AssertionError("not asked for");
          }

          @Override
          public int nextInt(int bound) {
            assertThat(bound).isEqualTo(pairs);
            return numbers.remove();
          }
        };
    RtpSettings settings =
        new RtpSettings(
            RtpSender.LOOPBACK, 10_000, 9_999 + 2 * pairs, Duration.ofMillis(20), 1 << 20, false);
    return new PortPool(sockets, settings, generator);
  }

  private static List<Integer> ports(List<PortPair> pairs) {
    return pairs.stream().map(PortPair::port).toList();
  }

  @Test
  void theRoundBeginsAtARandomPairAndComesBackToAFreedOneLast() throws Exception {
    PortPool pool = pool(100, 97);
    List<PortPair> first = pool.bind(2);
    assertThat(ports(first)).containsExactly(10_194, 10_196);
    first.forEach(pool::free);
    // One pair is left at the end of the range: a run of two begins anew
    assertThat(ports(pool.bind(2))).containsExactly(10_000, 10_002);
    for (int pair = 2; pair < 100; pair++) {
      assertThat(ports(pool.bind(1))).containsExactly(10_000 + 2 * pair);
    }
    assertThat(pool.inUse()).isEqualTo(100);
    assertThatThrownBy(() -> pool.bind(1))
        .isInstanceOf(NoPortsException.class)
        .hasMessageContaining("100 of 100 pairs");
  }

  @Test
  void thePairsToComeListenInAdvanceAndNoMoreThanThose() throws Exception {
    PortPool pool = pool(1000, 10);
    assertThat(sockets.bound).hasSize(2 * PortPool.AHEAD).contains(10_020, 10_021);
    List<PortPair> taken = pool.bind(3);
    assertThat(sockets.bound).hasSize(2 * (3 + PortPool.AHEAD));
    for (int i = 0; i < 2_000; i++) {
      pool.bind(1).forEach(pool::free);
    }
    assertThat(sockets.bound).hasSize(2 * (3 + PortPool.AHEAD));
    pool.close();
    taken.forEach(pool::free);
    assertThat(sockets.bound).isEmpty();
    assertThatThrownBy(() -> pool.bind(1)).isInstanceOf(NoPortsException.class);
  }

  @Test
  void aPairAtWhichRtpOrRtcpArrivesIsPassedOver() throws Exception {
    PortPool pool = pool(1000, 0);
    sockets.withArrivals.addAll(List.of(10_002, 10_007));
    assertThat(ports(pool.bind(2))).containsExactly(10_008, 10_010);
    assertThat(ports(pool.bind(1))).containsExactly(10_012);
    assertThat(pool.inUse()).isEqualTo(3);
  }

  @Test
  void inTheMidstOfOlderCallsTheRoundGoesOnElsewhere() throws Exception {
    PortPool pool = pool(1000, 0, 600);
    for (int port = 10_000; port < 10_400; port += 2) {
      sockets.withArrivals.add(port);
    }
    assertThat(ports(pool.bind(2))).containsExactly(11_200, 11_202);
    assertThat(ports(pool.bind(2))).containsExactly(11_204, 11_206);
    assertThat(sockets.bound).hasSize(2 * (4 + PortPool.AHEAD));
  }

  @Test
  void aPortThatOldPacketsReachIsBetterThanNone() throws Exception {
    PortPool pool = pool(4, 2, 1, 1);
    for (int port = 10_000; port < 10_008; port++) {
      sockets.withArrivals.add(port);
    }
    assertThat(ports(pool.bind(2))).containsExactly(10_004, 10_006);
    assertThat(ports(pool.bind(2))).containsExactly(10_000, 10_002);
  }

  @Test
  void portsOfOthersArePassedOver() throws Exception {
    sockets.ofOthers.addAll(List.of(10_003, 10_008));
    PortPool pool = pool(1000, 0);
    assertThat(ports(pool.bind(2))).containsExactly(10_004, 10_006);
    assertThat(ports(pool.bind(1))).containsExactly(10_010);
    assertThat(sockets.bound).doesNotContain(10_002, 10_009);
  }
}
