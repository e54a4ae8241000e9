/**
 * From text to vectors.
 */
@NullMarked
package io.rdsboot.sample.embedding;

import org.jspecify.annotations.NullMarked;
