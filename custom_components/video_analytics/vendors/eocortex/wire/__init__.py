"""What Eocortex sends and takes, by resource.

"Guide" is the vendor's REST API guide, quoted by its headings; the resources at the root of the server are described in
the vendor's HTTP API guide, which is not published as a whole. Hardly anything says what may be missing, so everything
but identifiers may. Enumerations stay text: values that nobody knows yet must pass.
"""
