/**
 * Spring Boot's part of a move.
 */
@NullMarked
package io.rdsboot.move.autoconfigure;

import org.jspecify.annotations.NullMarked;
