/**
 * Hibernate's second-level cache beside readers that lag behind.
 */
@NullMarked
package io.rdsboot.hibernate;

import org.jspecify.annotations.NullMarked;
