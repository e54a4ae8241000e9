/**
 * What all controllers share: errors and security headers.
 */
@NullMarked
package io.rdsboot.sample.web;

import org.jspecify.annotations.NullMarked;
