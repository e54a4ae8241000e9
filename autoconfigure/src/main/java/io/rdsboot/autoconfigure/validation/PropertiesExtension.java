package io.rdsboot.autoconfigure.validation;

import org.apiguardian.api.API;

/**
 * Properties below {@code rds.} of another module, which are validated with all others.
 * Registered in {@code META-INF/spring.factories}.
 */
@API(status = API.Status.INTERNAL)
public interface PropertiesExtension {

	/**
	 * Return the prefix, such as {@code rds.move}.
	 */
	String prefix();

	/**
	 * Return the class that the properties are bound to.
	 */
	Class<?> type();

}
