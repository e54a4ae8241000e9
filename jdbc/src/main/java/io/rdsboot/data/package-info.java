/**
 * Repositories of Spring Data.
 */
@NullMarked
package io.rdsboot.data;

import org.jspecify.annotations.NullMarked;
