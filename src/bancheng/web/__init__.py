"""The web: what stands between the network and GraphQL."""

from bancheng.web.app import create_app as create_app
