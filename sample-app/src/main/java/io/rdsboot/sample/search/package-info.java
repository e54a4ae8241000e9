/**
 * Searching, and who answered.
 */
@NullMarked
package io.rdsboot.sample.search;

import org.jspecify.annotations.NullMarked;
