/**
 * SCIM 2.0 (RFC 7643, RFC 7644) as documents: filters, paths, patches, projections, and users and
 * groups from and to JSON. Pure; knows no HTTP.
 */
@NullMarked
package io.earwitness.portal.scim;

import org.jspecify.annotations.NullMarked;
