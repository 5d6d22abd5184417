package io.earwitness.recorder.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class EndpointThreadsTest {
  @Test
  void aClosedEndpointLeavesNoThreadThatKeepsTheProcessAlive() throws Exception {
    Set<Thread> before = threads();
    SipEndpoint endpoint =
        SipEndpoint.open(
            SipEndpointConfig.of(InetAddress.getLoopbackAddress(), 0),
            exchange -> {},
            InstantSource.system());
    Set<Thread> own = new HashSet<>(threads());
    own.removeAll(before);
    own.removeIf(Thread::isDaemon);
    assertThat(own).as("threads to be ended").isNotEmpty();

    endpoint.close();

    for (Thread thread : own) {
      thread.join(20_000);
      assertThat(thread.isAlive()).as(thread.getName()).isFalse();
    }
  }

  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .collect(Collectors.toSet());
  }
}
