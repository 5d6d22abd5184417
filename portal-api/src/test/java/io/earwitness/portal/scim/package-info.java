@NullMarked
package io.earwitness.portal.scim;

import org.jspecify.annotations.NullMarked;
