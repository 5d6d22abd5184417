package io.earwitness.audit.verify;

/**
 * Which leaves a copied bundle holds; it was read and found whole.
 *
 * @param first its first leaf
 * @param count how many leaves
 */
record BundlePlace(LockedCopies.Copy copy, long first, int count) {
  long end() {
    return first + count;
  }
}
