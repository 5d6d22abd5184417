package io.earwitness.portal;

import io.earwitness.access.CallScope;
import io.earwitness.call.HoldQuery;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.retention.HoldSearch;
import io.earwitness.search.CallSearch;
import io.earwitness.search.CallSearch.Page;
import io.earwitness.search.CallSearch.Query;
import io.earwitness.search.CallSearch.Sort;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Answers the queries of holds by the search for calls. */
public final class SearchedHolds implements HoldSearch {
  private static final int PAGE = 500;

  private final CallSearch search;

  public SearchedHolds(CallSearch search) {
    this.search = search;
  }

  @Override
  public void find(
      TenantSlug tenant,
      HoldQuery query,
      @Nullable Instant from,
      @Nullable Instant until,
      Consumer<List<RecordingId>> found) {
    CallScope scope = new CallScope.WholeTenant(tenant);
    String cursor = null;
    do {
      Page page =
          search.search(
              scope,
              new Query(
                  query.text(),
                  from,
                  until,
                  query.number(),
                  query.person(),
                  query.team(),
                  query.direction(),
                  null,
                  null,
                  Set.of(),
                  Set.of(),
                  Set.of(),
                  query.callId(),
                  Sort.OLDEST_FIRST,
                  PAGE,
                  cursor));
      found.accept(page.ids());
      cursor = page.next();
    } while (cursor != null);
  }
}
