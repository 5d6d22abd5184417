package io.earwitness.archive;

import java.util.List;

/**
 * What a sweep did.
 *
 * @param recordings number of recordings looked at
 * @param completed manifests whose copy or locks were missing and now are there
 * @param removed keys of object versions that nothing refers to and that are gone now
 * @param unclaimed attempts of a generation that nobody claimed yet: left alone, since their
 *     archiver may still live
 * @param problems what could not be done, and what somebody must look at, a sentence each
 */
public record SweepReport(
    int recordings,
    List<String> completed,
    List<String> removed,
    List<String> unclaimed,
    List<String> problems) {
  public SweepReport {
    completed = List.copyOf(completed);
    removed = List.copyOf(removed);
    unclaimed = List.copyOf(unclaimed);
    problems = List.copyOf(problems);
  }
}
