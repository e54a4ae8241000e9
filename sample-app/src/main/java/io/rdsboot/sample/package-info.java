/**
 * A reference service: semantic search over text files, on a writer and its readers.
 */
@NullMarked
package io.rdsboot.sample;

import org.jspecify.annotations.NullMarked;
