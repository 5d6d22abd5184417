package io.earwitness.retention;

import io.earwitness.call.HoldQuery;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Answers the queries of holds. */
@FunctionalInterface
public interface HoldSearch {
  /**
   * Gives all calls of a tenant that a query finds, in parts; some of them may not be archived.
   *
   * @param from the first start of a call; null for all
   * @param until exclusive; null for all
   * @throws IllegalArgumentException if a part of the query is malformed, saying which
   */
  void find(
      TenantSlug tenant,
      HoldQuery query,
      @Nullable Instant from,
      @Nullable Instant until,
      Consumer<List<RecordingId>> found);
}
