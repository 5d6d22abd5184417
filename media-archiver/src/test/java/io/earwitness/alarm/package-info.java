@NullMarked
package io.earwitness.alarm;

import org.jspecify.annotations.NullMarked;
