package io.earwitness.portal;

import io.earwitness.archive.catalog.ApiTokens;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Tokens in memory. */
final class FakeApiTokens implements ApiTokens {
  private final Map<String, ApiToken> tokens = new ConcurrentHashMap<>();
  private final Clock clock;

  FakeApiTokens(Clock clock) {
    this.clock = clock;
  }

  @Override
  public void create(ApiToken token) {
    tokens.put(token.hash(), token);
  }

  @Override
  public Optional<ApiToken> find(String hash) {
    return Optional.ofNullable(tokens.get(hash))
        .filter(token -> token.expires().isAfter(clock.instant()));
  }

  @Override
  public List<ApiToken> of(TenantSlug tenant, String userId) {
    return tokens.values().stream()
        .filter(token -> token.tenant().equals(tenant) && token.userId().equals(userId))
        .filter(token -> token.expires().isAfter(clock.instant()))
        .sorted(Comparator.comparing(ApiToken::created))
        .toList();
  }

  @Override
  public void touch(ApiToken token, Instant at) {}

  @Override
  public void revoke(ApiToken token, String actor) {
    tokens.remove(token.hash());
  }
}
