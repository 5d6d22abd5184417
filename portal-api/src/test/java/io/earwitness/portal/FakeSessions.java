package io.earwitness.portal;

import io.earwitness.archive.catalog.Sessions;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

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
        (_, s) ->
            new Session(
                s.tokenHash(),
                s.tenant(),
                s.userId(),
                s.created(),
                at,
                s.expires(),
                s.start(),
                s.enrolmentDue()));
  }

  @Override
  public List<Session> list(TenantSlug tenant, String userId) {
    return sessions.values().stream()
        .filter(session -> session.tenant().equals(tenant) && session.userId().equals(userId))
        .filter(session -> session.expires().isAfter(clock.instant()))
        .toList();
  }

  @Override
  public void enrolled(Session session) {
    sessions.computeIfPresent(
        session.tokenHash(),
        (_, s) ->
            new Session(
                s.tokenHash(),
                s.tenant(),
                s.userId(),
                s.created(),
                s.lastUsed(),
                s.expires(),
                s.start(),
                false));
  }

  @Override
  public int revokeThrough(
      TenantSlug tenant,
      String provider,
      @Nullable String userId,
      @Nullable String providerSession) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void revoke(Session session) {
    sessions.remove(session.tokenHash());
  }

  @Override
  public int revokeAll(TenantSlug tenant, String userId) {
    int before = sessions.size();
    sessions
        .values()
        .removeIf(each -> each.tenant().equals(tenant) && each.userId().equals(userId));
    return before - sessions.size();
  }
}
