package io.rdsboot.routing.physical;

import java.util.function.UnaryOperator;

/**
 * Takes its place between the application's connections and where physical ones are
 * borrowed: a bean of this type decorates the routing of the auto-configured data source.
 */
@FunctionalInterface
public interface ConnectionSourceDecorator extends UnaryOperator<ConnectionSource> {

}
