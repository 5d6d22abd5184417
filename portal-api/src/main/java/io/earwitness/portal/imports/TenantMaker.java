package io.earwitness.portal.imports;

import io.earwitness.archive.catalog.Directory;

/** Makes tenants that are ready for calls: with managed keys. Thread-safe. */
@FunctionalInterface
public interface TenantMaker {
  /**
   * Makes a tenant and its keys, each as an act in its audit trail; what is there stays as it is.
   *
   * @param trial whether what it records is locked for a week at a time until it goes live
   * @throws IllegalArgumentException saying what is refused
   * @throws IllegalStateException if its keys could not be made
   */
  void make(Directory.Tenant tenant, boolean trial, String actor);
}
