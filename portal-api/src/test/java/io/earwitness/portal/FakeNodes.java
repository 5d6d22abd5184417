package io.earwitness.portal;

import io.earwitness.archive.catalog.Nodes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A registry that a test fills. */
final class FakeNodes implements Nodes {
  final List<Node> nodes = new ArrayList<>();

  @Override
  public Optional<Instant> heartbeat(Heartbeat said, Duration lease) {
    throw new UnsupportedOperationException("the portal is no node");
  }

  @Override
  public List<Node> list() {
    return List.copyOf(nodes);
  }
}
