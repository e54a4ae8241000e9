/**
 * A local RDS in Spring's application contexts and tests.
 */
@NullMarked
package io.rdsboot.test.spring;

import org.jspecify.annotations.NullMarked;
