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
 * class, begins. One on a method wins over one on its class, and both over
 * {@code rds.routing.consistency}. Where the method is called within a scope of
 * {@link Reads}, or by another method that carries this annotation, the stricter one
 * wins. A transaction that has already borrowed its connection keeps it.
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
public @interface ReadConsistency {

	/**
	 * The level.
	 */
	ConsistencyLevel value();

	/**
	 * Maximum lag of a reader, such as {@code 500ms}, or a placeholder for it; the
	 * configured one if empty.
	 */
	String maxLag() default "";

}
