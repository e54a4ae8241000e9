/**
 * The job that indexes a directory.
 */
@NullMarked
package io.rdsboot.sample.indexing;

import org.jspecify.annotations.NullMarked;
