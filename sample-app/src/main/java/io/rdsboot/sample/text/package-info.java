/**
 * From files to passages: extracting text by type and splitting it.
 */
@NullMarked
package io.rdsboot.sample.text;

import org.jspecify.annotations.NullMarked;
