package io.rdsboot.routing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import io.rdsboot.routing.consistency.ConsistencyLevel;

/**
 * Says how consistent the read-only transactions are that a method, or each method of a
 * class, begins, and which group of readers serves them. One on a method wins over one on
 * its class, and both over {@code rds.routing.consistency}. Where the method is called
 * within a scope of {@link Reads}, or by another method that carries this annotation, the
 * stricter one wins; of groups, the innermost one counts. A transaction that has already
 * borrowed its connection keeps it.
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
public @interface ReadConsistency {

	/**
	 * The level, one at most. If there is none, that of {@code rds.routing.consistency},
	 * or of the scopes around.
	 */
	ConsistencyLevel[] value() default {};

	/**
	 * Maximum lag of a reader, such as {@code 500ms}, or a placeholder for it; the
	 * configured one if empty.
	 */
	String maxLag() default "";

	/**
	 * Name of the group of readers, as in {@code rds.reader-groups}, or a placeholder for
	 * it. If empty, that of the scopes around, and outside any the readers that are in no
	 * group.
	 * @see Reads#from(String, java.util.function.Supplier)
	 */
	String group() default "";

}
