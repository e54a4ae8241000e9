/**
 * Storing sources and their passages.
 */
@NullMarked
package io.rdsboot.sample.documents;

import org.jspecify.annotations.NullMarked;
