package io.earwitness.archive.catalog;

import java.util.Map;

/** Applies subjects' requests again: each entry has the request as it was after an act. */
final class ReplayOfSubjectRequests {
  private ReplayOfSubjectRequests() {}

  static void register(Map<String, Replayed.Handler> kinds) {
    kinds.put(SubjectRequests.JOURNALED, ReplayOfSubjectRequests::set);
  }

  private static boolean set(Replayed entry) {
    SubjectRequestRows.Entry told = entry.as(SubjectRequestRows.Entry.class);
    SubjectRequestRows.put(entry.sql(), told.request());
    told.items()
        .forEach(
            item -> SubjectRequestRows.put(entry.sql(), entry.tenant(), told.request().id(), item));
    return true;
  }
}
