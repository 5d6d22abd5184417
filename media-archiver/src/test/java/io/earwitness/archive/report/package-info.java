@NullMarked
package io.earwitness.archive.report;

import org.jspecify.annotations.NullMarked;
