/** Tests of delivery, over a real catalog and a real store. */
@NullMarked
package io.earwitness.retention.delivery;

import org.jspecify.annotations.NullMarked;
