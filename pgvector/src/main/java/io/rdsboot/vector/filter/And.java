package io.rdsboot.vector.filter;

import java.util.List;

/**
 * All of several filters hold.
 *
 * @param filters at least two filters, none of them an {@code And}: the filters of such a
 * one are taken instead
 */
public record And(List<MetadataFilter> filters) implements MetadataFilter {

	public And {
		filters = FilterValidation.operands("and", filters,
				(filter) -> (filter instanceof And nested) ? nested.filters() : List.of(filter));
	}

	@Override
	public String toString() {
		return FilterText.join(" and ", this.filters);
	}

}
