/**
 * Delivery of recordings to storage of the tenants' own, encrypted as they are here, and what finds
 * and opens them there.
 */
@NullMarked
package io.earwitness.retention.delivery;

import org.jspecify.annotations.NullMarked;
