package io.earwitness.portal;

import io.earwitness.archive.catalog.Sessions;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Sessions in memory. */
final class FakeSessions implements Sessions {
  final Map<String, Session> sessions = new ConcurrentHashMap<>();
  private final Clock clock;

  FakeSessions(Clock clock) {
    this.clock = clock;
  }

  @Override
  public void create(Session session) {
    sessions.put(session.tokenHash(), session);
  }

  @Override
  public Optional<Session> find(String tokenHash) {
    return Optional.ofNullable(sessions.get(tokenHash))
        .filter(session -> session.expires().isAfter(clock.instant()));
  }

  @Override
  public void touch(Session session, Instant at) {
    sessions.computeIfPresent(
        session.tokenHash(),
        (_, s) -> new Session(s.tokenHash(), s.tenant(), s.userId(), s.created(), at, s.expires()));
  }

  @Override
  public void revoke(Session session) {
    sessions.remove(session.tokenHash());
  }

  @Override
  public int revokeAll(TenantSlug tenant, String userId) {
    throw new UnsupportedOperationException();
  }
}
