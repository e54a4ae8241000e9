/**
 * Spring AI's {@code VectorStore} over a vector repository.
 */
@NullMarked
package io.rdsboot.springai;

import org.jspecify.annotations.NullMarked;
